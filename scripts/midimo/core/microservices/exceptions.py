"""What a call can end with, under the names of the integration guide."""
import grpc


class MicroserviceError(Exception):
    """A call that failed, in the server's own words.

    status: gRPC's status code. request_id: the call's id in the logs of both sides, where the server was reached.
    """

    def __init__(self, message, status=None, request_id=None):
        super().__init__(message)
        self.status = status
        self.request_id = request_id


class ServiceUnavailableError(MicroserviceError):
    """Nobody is there, or there is too much to do; it may go better later."""


class ServiceTimeoutError(MicroserviceError):
    """No answer came in time. What was asked for may have been done all the same."""


class AuthenticationError(MicroserviceError):
    """The token is missing, expired or signed with another key."""


class AuthorizationError(MicroserviceError):
    """The token is good, but not for this."""


class ValidationError(MicroserviceError):
    """The request asks for what cannot be."""


class ResourceNotFoundError(MicroserviceError):
    """There is no such thread."""


class ConflictError(MicroserviceError):
    """What was asked for does not go together with what is there."""


STATUS_ERRORS = {
    grpc.StatusCode.INVALID_ARGUMENT: ValidationError,
    grpc.StatusCode.FAILED_PRECONDITION: ValidationError,
    grpc.StatusCode.OUT_OF_RANGE: ValidationError,
    grpc.StatusCode.NOT_FOUND: ResourceNotFoundError,
    grpc.StatusCode.ALREADY_EXISTS: ConflictError,
    grpc.StatusCode.ABORTED: ConflictError,
    grpc.StatusCode.PERMISSION_DENIED: AuthorizationError,
    grpc.StatusCode.UNAUTHENTICATED: AuthenticationError,
    grpc.StatusCode.UNAVAILABLE: ServiceUnavailableError,
    grpc.StatusCode.RESOURCE_EXHAUSTED: ServiceUnavailableError,
    grpc.StatusCode.DEADLINE_EXCEEDED: ServiceTimeoutError,
}


def error_of(error):
    """The exception that stands for a grpc.RpcError; MicroserviceError itself for a status of no other kind."""
    status = error.code()
    trailers = dict(error.trailing_metadata() or ())
    return STATUS_ERRORS.get(status, MicroserviceError)(error.details() or status.name, status, trailers.get('x-request-id'))
