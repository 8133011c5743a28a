"""Both flows of the consult guide with python-socketio: the same conversation as the JavaScript scripts hold, by the same lines.

Usage: consult.py customer|staff URL TOKEN TOPIC sync|asyncio default|websocket|polling
Prints one JSON line for each thing seen or done. Ends with 0 when the conversation came to its end, otherwise with 1.
"""
import asyncio
import json
import sys
import threading

import requests
import socketio

PATIENCE = 20  # seconds for each thing that is waited for
NAMESPACE = "/chat"
EVENTS = ["connected", "joined_room", "room_history", "new_message", "user_joined", "user_left",
          "session_joined", "session_left", "new_session", "session_ended", "error"]


def tell(**line):
    # One write, because several threads tell: print would write the line's end apart from the line.
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


class Failed(Exception):
    pass


class Account:
    """Everything a client saw; may be filled from one thread and waited on from another."""

    def __init__(self):
        self._seen = []
        self._changed = threading.Condition()

    def note(self, event, data):
        tell(saw=event, data=data)
        with self._changed:
            self._seen.append((event, data))
            self._changed.notify_all()

    def wait(self, event, matches=lambda data: True):
        def found():
            return [data for name, data in self._seen if name == "error" or name == event and matches(data)]

        with self._changed:
            if not self._changed.wait_for(found, PATIENCE):
                raise Failed(f"timeout, still waiting for {event}")
            if any(name == "error" for name, _ in self._seen):
                raise Failed("an error event came")
            return found()[0]

    def wait_message(self, content):
        return self.wait("new_message", lambda message: message["content"] == content)


class SyncSocket:
    """python-socketio's threaded client."""

    def __init__(self, account):
        self._client = socketio.Client(reconnection=False)
        for event in EVENTS:
            self._client.on(event, lambda data, event=event: account.note(event, data), namespace=NAMESPACE)

    def connect(self, url, **options):
        self._client.connect(url, namespaces=[NAMESPACE], **options)

    def emit(self, event, data):
        self._client.emit(event, data, namespace=NAMESPACE)

    def call(self, event, data):
        return self._client.call(event, data, namespace=NAMESPACE, timeout=PATIENCE)

    def transport(self):
        return self._client.transport()

    def disconnect(self):
        self._client.disconnect()


class AsyncioSocket:
    """python-socketio's asyncio client, on an event loop in a thread of its own."""

    def __init__(self, account):
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self._client = self._run(self._create(account))

    def connect(self, url, **options):
        self._run(self._client.connect(url, namespaces=[NAMESPACE], **options))

    def emit(self, event, data):
        self._run(self._client.emit(event, data, namespace=NAMESPACE))

    def call(self, event, data):
        return self._run(self._client.call(event, data, namespace=NAMESPACE, timeout=PATIENCE))

    def transport(self):
        return self._client.transport()

    def disconnect(self):
        self._run(self._client.disconnect())

    @staticmethod
    async def _create(account):
        client = socketio.AsyncClient(reconnection=False)
        for event in EVENTS:
            async def note(data, event=event):
                account.note(event, data)

            client.on(event, note, namespace=NAMESPACE)
        return client

    def _run(self, work):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)


class Party:
    """One side of the conversation: its REST calls, its socket, and what it saw."""

    def __init__(self, url, token, kind, transports):
        self._url, self._token = url, token
        self._options = {} if transports == "default" else {"transports": [transports]}
        self.account = Account()
        self.socket = {"sync": SyncSocket, "asyncio": AsyncioSocket}[kind](self.account)

    def rest(self, method, path, **body):
        answer = requests.request(method, f"{self._url}/api/chat{path}", json=body or None, timeout=PATIENCE,
                                  headers={"Authorization": f"Bearer {self._token}"})
        answer.raise_for_status()
        return answer.json()

    def enter(self, room_id):
        self.socket.connect(self._url, auth={"token": self._token}, wait_timeout=PATIENCE, **self._options)
        self.account.wait("connected")
        self.socket.emit("join_room", {"roomId": room_id})
        self.account.wait("joined_room")
        self.account.wait("room_history")

    def say(self, room_id, content):
        self.socket.emit("send_message", {"roomId": room_id, "content": content})
        self.account.wait_message(content)

    def leave(self):
        transport = self.socket.transport()
        self.socket.disconnect()
        tell(done=True, transport=transport)


def customer(party, topic):
    room_id = party.rest("GET", "/rooms")[0]["id"]
    tell(did="session", data=party.rest("POST", f"/rooms/{room_id}/sessions", title=topic))
    party.enter(room_id)
    party.say(room_id, f"Xin chào, tôi cần tư vấn 🐶 {topic}")
    tell(did="wait for staff")
    party.account.wait("session_joined")
    party.account.wait_message("Xin chào, tôi có thể giúp gì cho bạn?")
    party.say(room_id, "Cảm ơn bạn")
    party.account.wait("user_left")


def staff(party, topic):
    found = [session for session in party.rest("GET", "/sessions/unassigned") if session["title"] == topic]
    if not found:
        raise Failed("the session is not among the unassigned")
    tell(did="find", data=found[0])
    session = party.rest("POST", f"/sessions/{found[0]['id']}/join")
    tell(did="claim", data=session)
    party.enter(session["roomId"])
    party.say(session["roomId"], "Xin chào, tôi có thể giúp gì cho bạn?")
    party.account.wait_message("Cảm ơn bạn")
    tell(did="end", data=party.rest("POST", f"/sessions/{session['id']}/end"))
    tell(did="leave_room", data=party.socket.call("leave_room", {"roomId": session["roomId"]}))
    tell(did="leave_session", data=party.socket.call("leave_session", {"sessionId": session["id"]}))


def main(role, url, token, topic, kind, transports):
    try:
        party = Party(url, token, kind, transports)
        {"customer": customer, "staff": staff}[role](party, topic)
        party.leave()
    except (Failed, requests.RequestException, socketio.exceptions.SocketIOError, TimeoutError) as error:
        tell(failed=f"{type(error).__name__}: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
