"""The code that is made of the protocol files: what stands in protos/ where it was made there, otherwise made at its first use."""
import atexit
import functools
import hashlib
import importlib
import os
import pathlib
import shutil
import sys
import tempfile
import threading

import google.protobuf
import grpc

from . import utils

_CACHE = utils.HERE / '.stubs'
_lock = threading.RLock()


def chat():
    return _module('chat_pb2')


def chat_services():
    return _module('chat_pb2_grpc')


def presence():
    return _module('presence_pb2')


def presence_services():
    return _module('presence_pb2_grpc')


def notification():
    return _module('notification_pb2')


def notification_services():
    return _module('notification_pb2_grpc')


@functools.lru_cache(maxsize=None)
def _module(name):
    """One of the modules. They import each other by their bare names, so their folder is on the path while they are loaded."""
    with _lock:
        folder = str(_folder())
        sys.path.insert(0, folder)
        try:
            return importlib.import_module(name)
        finally:
            sys.path.remove(folder)


@functools.lru_cache(maxsize=None)
def _folder():
    if (utils.PROTO_DIR / 'chat_pb2_grpc.py').is_file():
        return utils.PROTO_DIR
    source = utils.find_proto_dir()
    made = _CACHE / _fingerprint(source)
    return made if made.is_dir() else _make(source, made)


def _fingerprint(source):
    """Names the files' content and what the code made of them fits."""
    digest = hashlib.sha256(repr((sys.version_info[:2], grpc.__version__, google.protobuf.__version__)).encode())
    for file in sorted(source.glob('*.proto')):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _make(source, made):
    """Makes the code under another name first, since several processes may begin at once."""
    try:
        _CACHE.mkdir(exist_ok=True)
        unfinished = pathlib.Path(tempfile.mkdtemp(dir=_CACHE))
    except OSError:
        return utils.generate_proto_files(source, _folder_until_the_end())
    utils.generate_proto_files(source, unfinished)
    unfinished.chmod(0o755)
    try:
        os.rename(unfinished, made)
    except OSError:
        if not made.is_dir():
            raise
        shutil.rmtree(unfinished)
    return made


def _folder_until_the_end():
    folder = tempfile.mkdtemp(prefix='midimo-stubs-')
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
