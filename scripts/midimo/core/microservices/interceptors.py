"""What goes with every call: the token, an id of the call's own, and a line in the log."""
import collections
import time
import uuid

import grpc

_FIELDS = ('method', 'timeout', 'metadata', 'credentials', 'wait_for_ready', 'compression')


class _CallDetails(collections.namedtuple('_CallDetails', _FIELDS), grpc.ClientCallDetails):
    """A call as gRPC's interceptors describe it."""


class _Interceptor(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor, grpc.StreamUnaryClientInterceptor):
    """Treats calls of every kind alike."""

    def intercept_unary_unary(self, continuation, details, request):
        return self._intercept(continuation, details, request)

    def intercept_unary_stream(self, continuation, details, request):
        return self._intercept(continuation, details, request)

    def intercept_stream_unary(self, continuation, details, requests):
        return self._intercept(continuation, details, requests)

    def _intercept(self, continuation, details, request):
        raise NotImplementedError


def _with_metadata(details, *pairs):
    values = {name: getattr(details, name, None) for name in _FIELDS}
    values['metadata'] = [*(details.metadata or ()), *pairs]
    return _CallDetails(**values)


class AuthorizationInterceptor(_Interceptor):
    """Brings the token that the provider, a function without parameters, has at that moment."""

    def __init__(self, token_provider):
        self._token_provider = token_provider

    def _intercept(self, continuation, details, request):
        return continuation(_with_metadata(details, ('authorization', f'Bearer {self._token_provider()}')), request)


class RequestIdInterceptor(_Interceptor):
    """Names each attempt of a call by an id that both sides log."""

    def __init__(self, logger):
        self._logger = logger

    def _intercept(self, continuation, details, request):
        request_id = str(uuid.uuid4())
        started = time.monotonic()
        call = continuation(_with_metadata(details, ('x-request-id', request_id)), request)
        call.add_done_callback(lambda ended: self._log(details.method, request_id, time.monotonic() - started, ended))
        return call

    def _log(self, method, request_id, seconds, call):
        line = '%s request_id=%s time=%.1fms status=%s'
        told = [method, request_id, seconds * 1000, call.code().name]
        if call.code() is grpc.StatusCode.OK:
            self._logger.info(line, *told)
        else:
            self._logger.warning(line + ' details=%r', *told, call.details())
