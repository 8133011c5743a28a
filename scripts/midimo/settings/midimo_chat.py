"""Where midimo is and how it is called. Each of these can be set by an environment variable of its name.

Values of Django's settings, where Django is set up, win over these.
"""
import os

MIDIMO_CHAT_HOST = os.environ.get('MIDIMO_CHAT_HOST', 'localhost')
MIDIMO_CHAT_PORT = int(os.environ.get('MIDIMO_CHAT_PORT', '50051'))
MIDIMO_CHAT_SECURE = os.environ.get('MIDIMO_CHAT_SECURE', '').lower() in ('1', 'true', 'yes', 'on')

# A PEM file with the certificates to trust instead of the usual ones; the name on the server's, where that is not the host's.
MIDIMO_CHAT_CA_FILE = os.environ.get('MIDIMO_CHAT_CA_FILE', '')
MIDIMO_CHAT_TLS_NAME = os.environ.get('MIDIMO_CHAT_TLS_NAME', '')

# The key that both sides sign tokens with: Midimo:JwtSecret, or else Jwt:Secret, of the server.
MIDIMO_CHAT_JWT_SECRET_KEY = os.environ.get('MIDIMO_CHAT_JWT_SECRET_KEY', '')

# Empty: no file.
MIDIMO_CHAT_LOG_FILE = os.environ.get('MIDIMO_CHAT_LOG_FILE', 'logs/midimo_chat.log')
