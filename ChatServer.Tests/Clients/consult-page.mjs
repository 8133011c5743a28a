// What a browser would look at, and the npm client as pages of two origins would run it: one that is listed and one that is not.
// Usage: node consult-page.mjs URL TOKEN LISTED-ORIGIN OTHER-ORIGIN
// Ends with 0 when the listed one connected on both transports and the other was refused on both.

import assert from 'node:assert/strict';
import { io } from 'socket.io-client';

const [url, token, listed, other] = process.argv.slice(2);
setTimeout(() => { console.log('timeout'); process.exit(1); }, 20_000).unref();

for (const path of ['/api/chat/rooms', '/socket.io/?EIO=4&transport=polling']) {
  const { headers } = await fetch(url + path, { headers: { origin: listed } });
  assert.equal(headers.get('access-control-allow-origin'), listed, path);
}

/** "connected", or why not: the status of the refusal on polling, the client's own words on a WebSocket. */
function outcome(origin, transport) {
  const socket = io(`${url}/chat`, { auth: { token }, transports: [transport], extraHeaders: { origin }, reconnection: false, forceNew: true });
  return new Promise((resolve) => {
    socket.on('connect', () => resolve('connected'));
    socket.on('connect_error', (error) => resolve(error.context?.status ?? error.message));
  }).finally(() => socket.close());
}

assert.equal(await outcome(listed, 'polling'), 'connected');
assert.equal(await outcome(listed, 'websocket'), 'connected');
assert.equal(await outcome(other, 'polling'), 403);
assert.equal(await outcome(other, 'websocket'), 'websocket error');
process.exit(0);
