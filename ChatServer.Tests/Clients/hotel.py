"""The hotel guide's conversation over Debian's python3-websocket: hotel.py URL ROLE TOKEN NUMBER"""
import json
import sys

import websocket

url, role, token, number = sys.argv[1:]
path = f'/ws/guest/{number}/' if role == 'guest' else f'/ws/chat/{role}/?token={token}'


def say(kind, name, data=None):
    print(json.dumps({kind: name, 'data': data}), flush=True)


def send(client, **frame):
    client.send(json.dumps(frame))


def answer(client, data):
    conversation = data['conversation_id']
    if role == 'reception' and data['sender_type'] == 'guest':
        send(client, type='mark_read', conversation_id=conversation)
        send(client, type='typing', conversation_id=conversation, is_typing=True)
        send(client, type='text', conversation_id=conversation, content=f"Answer to: {data['content']}")
    if data['content'].startswith('Answer'):
        client.close(status=1000)


def on_message(client, text):
    frame = json.loads(text)
    say('saw', frame['type'], frame.get('data', frame.get('message')))
    if frame['type'] == 'message':
        answer(client, frame['data'])


def on_error(_, error):
    print(error, file=sys.stderr)


client = websocket.WebSocketApp(
    url.replace('http', 'ws') + path,
    on_open=lambda _: say('did', 'open'),
    on_message=on_message,
    on_error=on_error,
    on_close=lambda _, code, reason: say('did', 'close', code))
client.run_forever(skip_utf8_validation=False)
