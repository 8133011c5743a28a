"""One line for each call that was made: its id, how long it took and how it ended; never a token nor what was said."""
import logging
import logging.handlers
import os
import threading

from .config import setting

_lock = threading.Lock()
_set_up = set()


def request_logger(service_name):
    """The logger of that name, writing to the file that MIDIMO_CHAT_LOG_FILE names.

    There is no file if its folder can neither be written nor made, nor if the application gave the logger a handler itself.
    """
    logger = logging.getLogger(service_name)
    with _lock:
        if service_name not in _set_up:
            _set_up.add(service_name)
            if not logger.handlers:
                _write_to_file(logger, setting('MIDIMO_CHAT_LOG_FILE', 'logs/midimo_chat.log'))
    return logger


def _write_to_file(logger, path):
    if not path:
        return
    try:
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        handler = logging.handlers.WatchedFileHandler(path, encoding='utf-8')
    except OSError:
        # Said where the application's own log is, if it has one.
        logger.info('%s cannot be written; calls are not logged there', path)
        return
    handler.setFormatter(logging.Formatter('%(asctime)s %(levelname)s %(message)s'))
    logger.addHandler(handler)
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.INFO)
