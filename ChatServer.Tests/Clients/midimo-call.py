"""Makes one call of the Python client and tells what it returned or raised: midimo-call.py METHOD ARGUMENTS [CLIENT], the last two as JSON."""
import json
import sys

from core.microservices.auth import user_token
from core.microservices.midimo_chat.client import MidimoChatClient
from midimo_telling import tell

method, arguments, options = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3] if len(sys.argv) > 3 else '{}')

# Who calls in a user's own name does it with a token of that user.
user = options.pop('as_user', None)
if user:
    token = user_token(user)
    options['token_provider'] = lambda: token

with MidimoChatClient(**options) as client:
    try:
        tell(method, getattr(client, method)(**arguments))
    except Exception as error:
        tell(method, error)
