"""Settings by name: Django's where Django is set up, otherwise those of the module settings.midimo_chat."""
import importlib
import os

_ABSENT = object()


def setting(name, default=None):
    """The setting of that name, or the default where nobody sets it."""
    for source in (_django(), _module('settings.midimo_chat')):
        value = getattr(source, name, _ABSENT)
        if value is not _ABSENT:
            return value
    return default


def _django():
    settings = getattr(_module('django.conf'), 'settings', None)
    if settings is not None and (settings.configured or os.environ.get('DJANGO_SETTINGS_MODULE')):
        return settings
    return None


def _module(name):
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        # The application's own package may have the name of the first part; a fault within the module is not hidden.
        if name == error.name or name.startswith(f'{error.name}.'):
            return None
        raise
