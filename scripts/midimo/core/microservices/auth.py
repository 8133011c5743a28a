"""Tokens: JWTs signed with the key that both sides know (HS256)."""
import threading
import time

import jwt

from .config import setting

AUDIENCE = 'midimo_chat'
ISSUER = 'e_commerce'


class ServiceTokenProvider:
    """Signs tokens of a service, which may act for any user, and hands one out again until half its life is over."""

    def __init__(self, secret=None, service=ISSUER, lifetime=3600):
        """secret: MIDIMO_CHAT_JWT_SECRET_KEY where it is not given. lifetime: in seconds."""
        self._secret = secret
        self._service = service
        self._lifetime = lifetime
        self._lock = threading.Lock()
        self._token = None
        self._fresh_until = 0

    def __call__(self):
        with self._lock:
            now = time.time()
            if now >= self._fresh_until:
                self._token = _sign({'service': self._service}, self._secret, self._lifetime, self._service)
                self._fresh_until = now + self._lifetime / 2
            return self._token


def user_token(user_id, scope=None, secret=None, lifetime=3600):
    """A token with which a user's own frontend calls, for that user alone.

    scope: such as ['chat.read', 'chat.write']; without it the user may do both. lifetime: in seconds.
    """
    claims = {'sub': str(user_id)}
    if scope is not None:
        claims['scope'] = list(scope)
    return _sign(claims, secret, lifetime, ISSUER)


def _sign(claims, secret, lifetime, issuer):
    key = secret or setting('MIDIMO_CHAT_JWT_SECRET_KEY')
    if not key:
        raise ValueError('MIDIMO_CHAT_JWT_SECRET_KEY is not set')
    now = time.time()
    token = jwt.encode({**claims, 'iss': issuer, 'aud': AUDIENCE, 'iat': now, 'exp': now + lifetime}, key, algorithm='HS256')
    return token if isinstance(token, str) else token.decode('ascii')
