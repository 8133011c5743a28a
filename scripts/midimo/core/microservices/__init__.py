"""Clients of the services that an application calls."""
