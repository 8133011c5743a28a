"""What an application has in common with the services that it calls."""
