"""python-socketio on each transport at once: the walk of matrix.mjs and DotNetWalk.cs, by the same lines.

Usage: matrix.py URL sync|asyncio TEXT BYTES, where BYTES are hexadecimal.
Prints one JSON line for each step of a row; a row ends with the step done or failed, and the script once all have ended.
"""
import asyncio
import json
import queue
import sys
import threading

import socketio

PATIENCE = 10  # seconds for each step
RESTART_PATIENCE = 30  # seconds: the server waits for every row before it restarts
SPACES = ["/", "/other"]
ROWS = {"polling": ["polling"], "websocket": ["websocket"], "upgrade": None}
RECONNECTION = {"reconnection_delay": 0.02, "reconnection_delay_max": 0.2, "randomization_factor": 0}


def plain(value):
    """Bytes in hexadecimal, wherever they are."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return value


def tell(row, step, got):
    # One write, because several threads tell: print would write the line's end apart from the line.
    sys.stdout.write(json.dumps({"row": row, "step": step, "got": plain(got)}, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def several(got):
    """The arguments of an acknowledgement: a single one comes without a list around it."""
    return list(got) if isinstance(got, (list, tuple)) else [got]


def steps(text, data):
    """What is done in a namespace: the check's name, whether it is a call or is answered by an event, the event and its arguments."""
    return [
        ("is heard as said", True, "hear", (text,)),
        ("text", False, "say", (text, {"nested": [1, None, True]})),
        ("bytes", False, "say", ({"deep": [data]}, text, data)),
        ("text acknowledged", True, "echo", (text, {"nested": [1, None, True]})),
        ("bytes acknowledged", True, "echo", ({"deep": [data]}, text, data)),
        ("acknowledges text and bytes", False, "ask", (text,)),
    ]


def listen(client, data, events):
    """Puts what happens in each namespace into its queue, and answers the server's questions."""
    for space in SPACES:
        put = events[space].put_nowait
        client.on("connect", lambda put=put: put("connect"), namespace=space)
        client.on("disconnect", lambda put=put: put("disconnect"), namespace=space)
        client.on("said", lambda *got, put=put: put(got), namespace=space)
        client.on("asked", lambda question, space=space: ({"question": question, "name": space}, data), namespace=space)


def walk(url, row, transports, text, data):
    client = socketio.Client(**RECONNECTION)
    events = {space: queue.Queue() for space in SPACES}
    listen(client, data, events)

    def expect(event, patience):
        for space in SPACES:
            got = events[space].get(timeout=patience)
            assert got == event, f"{got} came instead of {event} in {space}"

    def go(phase):
        tell(row, f"{phase} transport", client.transport())
        for space in SPACES:
            for check, is_call, event, arguments in steps(text, data):
                if is_call:
                    got = several(client.call(event, arguments, namespace=space, timeout=PATIENCE))
                else:
                    client.emit(event, arguments, namespace=space)
                    got = events[space].get(timeout=PATIENCE)
                tell(row, f"{phase} {space} {check}", got)

    try:
        client.connect(url, transports=transports, namespaces=SPACES, socketio_path="engine.io", wait_timeout=PATIENCE)
        expect("connect", PATIENCE)
        go("connected")
        tell(row, "ready", True)
        expect("disconnect", RESTART_PATIENCE)
        expect("connect", RESTART_PATIENCE)
        go("restarted")
        tell(row, "done", True)
    except Exception as error:
        tell(row, "failed", repr(error))
    client.disconnect()


async def walk_async(url, row, transports, text, data):
    client = socketio.AsyncClient(**RECONNECTION)
    events = {space: asyncio.Queue() for space in SPACES}
    listen(client, data, events)

    async def next_in(space, patience):
        return await asyncio.wait_for(events[space].get(), patience)

    async def expect(event, patience):
        for space in SPACES:
            got = await next_in(space, patience)
            assert got == event, f"{got} came instead of {event} in {space}"

    async def go(phase):
        tell(row, f"{phase} transport", client.transport())
        for space in SPACES:
            for check, is_call, event, arguments in steps(text, data):
                if is_call:
                    got = several(await client.call(event, arguments, namespace=space, timeout=PATIENCE))
                else:
                    await client.emit(event, arguments, namespace=space)
                    got = await next_in(space, PATIENCE)
                tell(row, f"{phase} {space} {check}", got)

    try:
        await client.connect(url, transports=transports, namespaces=SPACES, socketio_path="engine.io", wait_timeout=PATIENCE)
        await expect("connect", PATIENCE)
        await go("connected")
        tell(row, "ready", True)
        await expect("disconnect", RESTART_PATIENCE)
        await expect("connect", RESTART_PATIENCE)
        await go("restarted")
        tell(row, "done", True)
    except Exception as error:
        tell(row, "failed", repr(error))
    await client.disconnect()


def main(url, library, text, data):
    if library == "asyncio":
        async def every_row():
            await asyncio.gather(*(walk_async(url, row, transports, text, data) for row, transports in ROWS.items()))
        asyncio.run(every_row())
        return
    threads = [threading.Thread(target=walk, args=(url, row, transports, text, data)) for row, transports in ROWS.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


main(sys.argv[1], sys.argv[2], sys.argv[3], bytes.fromhex(sys.argv[4]))
