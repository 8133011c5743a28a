"""Runs the Python of midimo's integration guide from top to bottom, as it stands there but for the address, and tells what every part made.

The project's folder is the guide's /path/to/e_commerce, and thread_123, which no server has, is the thread that the guide has begun.
Django itself is not needed for the guide's view: what little of it the view uses stands in for it.

Usage: midimo-document.py DOCUMENT HOST PORT
"""
import functools
import os
import re
import sys
import types

from midimo_telling import tell

document, host, port = sys.argv[1:]


class JsonResponse:
    def __init__(self, data, status=200):
        self.data = data
        self.status_code = status


def require_http_methods(methods):
    def decorate(view):
        @functools.wraps(view)
        def checked(request):
            return view(request) if request.method in methods else JsonResponse({}, status=405)
        return checked
    return decorate


def stand_in(name, **names):
    sys.modules[name] = module = types.ModuleType(name)
    vars(module).update(names)


for name in ('django', 'django.views', 'django.views.decorators'):
    stand_in(name)
stand_in('django.http', JsonResponse=JsonResponse)
stand_in('django.views.decorators.http', require_http_methods=require_http_methods)


def code_by_heading():
    """The guide's Python, each block with the last heading before it; but the settings, which stand in a file of their own."""
    heading = None
    with open(document, encoding='utf-8') as file:
        for title, code in re.findall(r'^#+ ([^\n]*)$|^```python\n(.*?)^```$', file.read(), re.MULTILINE | re.DOTALL):
            heading = title or heading
            if code and not heading.startswith('2.'):
                yield heading, code


scope = {}
for heading, code in code_by_heading():
    for shown, real in (
            ('"midimo-chat-service.example.com"', repr(host)),
            ('port=50051', f'port={port}'),
            ('/path/to/e_commerce', os.getcwd()),
            ('"thread_123"', repr(scope.get('thread_id')))):
        code = code.replace(shown, real)
    before = dict(scope)
    exec(compile(code, heading, 'exec'), scope)
    tell(heading, {name: value for name, value in scope.items() if not name.startswith('__') and before.get(name) is not value})


def view(method, body):
    answer = scope['create_support_thread'](types.SimpleNamespace(method=method, body=body))
    return {'status': answer.status_code, 'data': answer.data}


tell('POST', view('POST', b'{"customer_id": "customer_123", "order_id": "order_456"}'))
tell('POST without a customer', view('POST', b'{"order_id": "order_456"}'))
tell('POST that fails', view('POST', b'{"customer_id": "", "order_id": "order_456"}'.replace(b'""', b'" "')))
tell('GET', view('GET', b''))
