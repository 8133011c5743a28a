// What the scripts share: the command line, the client under test, and an account of what it saw, one JSON line each on stdout.
// Usage: node SCRIPT URL TOKEN ABOUT [default|websocket|polling] [client package]
// A script ends with 0 when its conversation came to its end, and with 1 on an error event, a refused connection or a timeout.

const patience = 20_000; // ms for the whole conversation
const events = [
  'connected', 'joined_room', 'room_history', 'new_message', 'user_joined', 'user_left',
  'session_joined', 'session_left', 'new_session', 'session_ended', 'error',
];

export const [url, token, about, transports = 'default', clientPackage = 'socket.io-client'] = process.argv.slice(2);

const client = await import(clientPackage);
const connect = client.io ?? client.default;
const takesAuth = !/-[12]$/.test(clientPackage);
const seen = [];
const waiting = new Set();

setTimeout(() => fail(`timeout, still waiting for ${[...waiting].map((w) => w.event)}`), patience);

/** As in a page that the API's own host serves: relative addresses are resolved against it. */
export const fetch = (path, options) => globalThis.fetch(new URL(path, url), options);

/** The client's own io(), limited to the transport that was asked for. Before version 3 there is no auth payload, and the query has the token. */
export function io(address, { auth, ...options }) {
  const asked = takesAuth ? { ...options, auth } : { ...options, query: { ...options.query, ...auth } };
  const socket = connect(address, transports === 'default' ? asked : { ...asked, transports: [transports] });
  for (const event of events) socket.on(event, (data) => note(event, data));
  socket.on('connect_error', (error) => fail(`connect_error: ${error.message}`));
  return socket;
}

/** The first event of that name that matches, whether it came already or comes later. */
export function saw(event, matches = () => true) {
  const already = seen.find((one) => one.event === event && matches(one.data));
  if (already) return Promise.resolve(already.data);
  return new Promise((resolve) => waiting.add({ event, matches, resolve }));
}

/** The message with that text. */
export const sawMessage = (content) => saw('new_message', (message) => message.content === content);

export const tell = (line) => console.log(JSON.stringify(line));

/** Closes the socket once all it emitted has left, and ends the script. A client free to choose must have got to WebSocket. */
export async function finish(socket) {
  const engine = socket.io.engine;
  if (transports === 'default' && engine.transport.name !== 'websocket') await new Promise((resolve) => engine.once('upgrade', resolve));
  const transport = engine.transport.name;
  const closed = new Promise((resolve) => engine.once('close', resolve));
  socket.close();
  await closed;
  tell({ done: true, transport });
  process.exit(0);
}

export function fail(reason) {
  tell({ failed: reason });
  process.exit(1);
}

function note(event, data) {
  tell({ saw: event, data });
  if (event === 'error') fail(`error event: ${data?.message}`);
  seen.push({ event, data });
  for (const one of waiting) {
    if (one.event !== event || !one.matches(data)) continue;
    waiting.delete(one);
    one.resolve(data);
  }
}
