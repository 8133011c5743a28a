"""The restaurant document's own Python client, as it stands there but for the address, the user and, where asked, the transport.

Usage: restaurant-document.py URL USER_ID default|polling
"""
import sys

import socketio

URL, USER_ID = sys.argv[1], int(sys.argv[2])
OPTIONS = {} if sys.argv[3] == 'default' else {'transports': [sys.argv[3]]}

sio = socketio.Client()

@sio.on('connect')
def on_connect():
    print('Connected')

@sio.on('new_message')
def on_new_message(data):
    print('New message:', data)

# Connect
sio.connect(URL, auth={'user_id': USER_ID}, **OPTIONS)

# Send message
sio.emit('send_message', {'noi_dung': 'Hello from Python'})

# Keep running
sio.wait()
