"""The channel to a service, and calls that are tried again where that helps."""
import random
import threading
import time
import uuid

import grpc

from .auth import ServiceTokenProvider
from .config import setting
from .exceptions import error_of
from .interceptors import AuthorizationInterceptor, RequestIdInterceptor
from .request_log import request_logger

RETRIED = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.RESOURCE_EXHAUSTED)

# In seconds, between one attempt and the next; each a fifth more or less, so that many clients do not come back at once.
RETRY_WAITS = (0.5, 1.5)

CHANNEL_OPTIONS = (
    # A server that restarts is found again by the attempts of the call that missed it.
    ('grpc.initial_reconnect_backoff_ms', 100),
    ('grpc.max_reconnect_backoff_ms', 1000),
    # A subscription over which nothing is said notices that its server is gone.
    ('grpc.keepalive_time_ms', 60000),
    ('grpc.keepalive_timeout_ms', 20000),
    ('grpc.http2.max_pings_without_data', 0),
)


class BaseMicroserviceClient:
    """Calls one service. Threads may share it.

    The first call opens the channel; after close() the next one opens another.
    """

    def __init__(self, service_name, host, port, secure, timeout, token_provider=None):
        """timeout: in seconds, for each attempt. token_provider: a function without parameters; a service's tokens by default."""
        self.host = host
        self.port = port
        self.secure = secure
        self.timeout = timeout
        self._service_name = service_name
        self._token_provider = token_provider or ServiceTokenProvider()
        self._lock = threading.RLock()
        self._channel = None
        self._stubs = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Ends the connection, and what is under way on it."""
        with self._lock:
            channel, self._channel, self._stubs = self._channel, None, {}
        if channel is not None:
            channel.close()

    def _stub(self, stub_class):
        with self._lock:
            if self._channel is None:
                self._channel = self._open()
            if stub_class not in self._stubs:
                self._stubs[stub_class] = stub_class(self._channel)
            return self._stubs[stub_class]

    def _open(self):
        interceptors = (AuthorizationInterceptor(self._token_provider), RequestIdInterceptor(request_logger(self._service_name)))
        return grpc.intercept_channel(self._connect(), *interceptors)

    def _connect(self):
        host = f'[{self.host}]' if ':' in self.host else self.host
        target = f'{host}:{self.port}'
        if not self.secure:
            return grpc.insecure_channel(target, CHANNEL_OPTIONS)
        name = setting('MIDIMO_CHAT_TLS_NAME')
        options = CHANNEL_OPTIONS + ((('grpc.ssl_target_name_override', name),) if name else ())
        return grpc.secure_channel(target, grpc.ssl_channel_credentials(_certificates()), options)

    def _ask(self, method, request):
        """Makes a call that does no harm when it is made twice."""
        return self._attempt(method, lambda: request, ())

    def _change(self, method, request, idempotency_key=None):
        """Makes a call that changes something: once, however often it is tried, since all attempts bear one key."""
        return self._send(method, lambda: request, idempotency_key)

    def _send(self, method, make_request, idempotency_key=None):
        """As _change, with what is sent made anew for each attempt."""
        return self._attempt(method, make_request, (('x-idempotency-key', idempotency_key or str(uuid.uuid4())),))

    def _attempt(self, method, make_request, metadata):
        for wait in (*RETRY_WAITS, None):
            try:
                return method(make_request(), timeout=self.timeout, metadata=metadata)
            except grpc.RpcError as error:
                if wait is None or error.code() not in RETRIED:
                    raise error_of(error) from error
                self._pause(wait * random.uniform(0.8, 1.2))

    def _pause(self, seconds):
        """Waits, and lets the channel connect meanwhile: a connection comes about only while somebody waits for it."""
        def changed(_):
            """Whatever becomes of the connection, the next attempt tells."""

        with self._lock:
            channel = self._channel
        if channel is None:
            return
        channel.subscribe(changed, try_to_connect=True)
        time.sleep(seconds)
        channel.unsubscribe(changed)


class Subscription:
    """What a server tells, one by one, until it ends or cancel() is called; a context manager that cancels."""

    def __init__(self, call):
        self._call = call
        self._cancelled = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.cancel()

    def __iter__(self):
        return self

    def __next__(self):
        try:
            return next(self._call)
        except grpc.RpcError as error:
            if self._cancelled:
                raise StopIteration from None
            raise error_of(error) from error

    def wait_until_open(self):
        """Waits until the server has begun to tell: what happens from then on is heard."""
        try:
            self._call.initial_metadata()
        except grpc.RpcError as error:
            raise error_of(error) from error

    def cancel(self):
        """Ends it, from any thread."""
        self._cancelled = True
        self._call.cancel()


def _certificates():
    path = setting('MIDIMO_CHAT_CA_FILE')
    if not path:
        return None
    with open(path, 'rb') as file:
        return file.read()
