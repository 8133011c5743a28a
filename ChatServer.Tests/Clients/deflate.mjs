// The npm package ws with permessage-deflate against the engine's echo.
// Usage: node deflate.mjs URL LIMIT
// Ends with 0 when all that was sent came back, long messages compressed, and a message that unfolds beyond LIMIT ended the connection with 1009.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';

const [url, limit] = process.argv.slice(2);
setTimeout(() => { console.log('timeout'); process.exit(1); }, 20_000).unref();

const socket = new WebSocket(url, { perMessageDeflate: { threshold: 0 } });
const open = once(socket, 'message');
await once(socket, 'open');
assert.match(socket.extensions, /^permessage-deflate/);
await open;

for (const sent of ['4a', `4${'xin chào '.repeat(500)}`, `4${'y'.repeat(limit - 1)}`, Buffer.alloc(50_000, 7), Buffer.alloc(0)]) {
  const before = socket._socket.bytesRead;
  socket.send(sent);
  const [received, isBinary] = await once(socket, 'message');
  assert.deepEqual(isBinary ? received : received.toString(), sent);
  if (sent.length > 2_000) assert.ok(socket._socket.bytesRead - before < sent.length / 10, 'came compressed');
}

socket.send('4'.repeat(Number(limit) + 1));
const [code] = await once(socket, 'close');
assert.equal(code, 1009);
process.exit(0);
