"""What the midimo scripts of this folder have in common: they tell what came about as lines of JSON."""
import collections.abc
import json

from google.protobuf.message import Message


def tell(name, data):
    print(json.dumps({'did': name, 'data': plain(data)}), flush=True)


def plain(value):
    """As JSON, with every field of a message under its own name; what JSON has no word for is told by the name of its type."""
    if isinstance(value, Message):
        return {field.name: _field(value, field) for field in value.DESCRIPTOR.fields}
    if isinstance(value, BaseException):
        return {'raised': type(value).__name__, 'message': str(value), 'request_id': getattr(value, 'request_id', None)}
    if isinstance(value, collections.abc.Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, collections.abc.Sequence) and not isinstance(value, (str, bytes)):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, (str, int, float)) else type(value).__name__


def _field(message, field):
    is_absent = field.message_type and not isinstance(getattr(message, field.name), (collections.abc.Sequence, collections.abc.Mapping)) \
        and not message.HasField(field.name)
    return None if is_absent else plain(getattr(message, field.name))
