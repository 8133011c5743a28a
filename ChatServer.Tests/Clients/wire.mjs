// What every generation of the client must be able to do with the bare wire: text and bytes in both directions, acknowledgements in both
// directions, two namespaces on one connection. Usage: node wire.mjs URL default|websocket|polling PACKAGE
import assert from 'node:assert';

const [url, transports, clientPackage] = process.argv.slice(2);
const client = await import(clientPackage);
const connect = client.io ?? client.default;
const options = { path: '/engine.io', reconnection: false, ...(transports === 'default' ? {} : { transports: [transports] }) };
const unicode = 'Xin chào 🐶 \u2028 "\\n"';
const bytes = Buffer.from([0, 1, 2, 0xff, 0x1e, 4]);

setTimeout(() => fail('timeout'), 15_000);
process.on('unhandledRejection', (error) => fail(error.stack));

const spaces = ['/', '/other'].map((name) => {
  const socket = connect(url + name, options);
  for (const event of ['error', 'connect_error']) socket.on(event, (error) => fail(`${name} ${event} ${error?.message ?? error}`));
  socket.on('asked', (question, answer) => answer({ question, name }, bytes));
  return { name, socket };
});
assert.strictEqual(spaces[0].socket.io, spaces[1].socket.io, 'both are on one connection');
await Promise.all(spaces.map(({ socket }) => new Promise((resolve) => (socket.connected ? resolve() : socket.once('connect', resolve)))));
const engine = spaces[0].socket.io.engine;

await round('on the first transport');
if (transports === 'default' && engine.transport.name !== 'websocket') await new Promise((resolve) => engine.once('upgrade', resolve));
await round('on the last transport');
console.log(JSON.stringify({ done: true, transport: engine.transport.name }));
process.exit(0);

async function round(when) {
  // Version 1 encodes text twice on polling, and expects it so; no server since 2.0 does.
  const text = clientPackage.endsWith('-1') && engine.transport.name === 'polling' ? 'Xin chao "\\n"' : unicode;
  for (const { name, socket } of spaces) {
    assert.deepStrictEqual(await call(socket, 'echo', text, { nested: [1, null, true] }), [text, { nested: [1, null, true] }], `${when}: text acked on ${name}`);
    assert.deepStrictEqual(plain(await call(socket, 'echo', { deep: [bytes] }, bytes)), [{ deep: ['000102ff1e04'] }, '000102ff1e04'], `${when}: bytes acked on ${name}`);
    assert.deepStrictEqual(plain(await said(socket, 'say', text, bytes)), [text, '000102ff1e04'], `${when}: bytes emitted on ${name}`);
    assert.deepStrictEqual(plain(await said(socket, 'ask', text)), [{ question: text, name }, '000102ff1e04'], `${when}: the server asked on ${name}`);
  }
}

function call(socket, ...args) {
  return new Promise((resolve) => socket.emit(...args, (...answer) => resolve(answer)));
}

function said(socket, ...args) {
  return new Promise((resolve) => {
    socket.once('said', (...heard) => resolve(heard));
    socket.emit(...args);
  });
}

/** Bytes as hex, whatever a client makes of them. */
function plain(value) {
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(plain);
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
  return value;
}

function fail(reason) {
  console.log(JSON.stringify({ failed: reason }));
  process.exit(1);
}
