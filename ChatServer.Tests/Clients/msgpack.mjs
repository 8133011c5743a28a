// What the client with the msgpack parser must be able to do: values of every kind and bytes in both directions, acknowledgements in both
// directions, two namespaces on one connection, a broadcast to many. Usage: node msgpack.mjs URL default|websocket|polling
import assert from 'node:assert';
import { io } from 'socket.io-client';
import parser from 'socket.io-msgpack-parser';

const [url, transports] = process.argv.slice(2);
const options = { path: '/engine.io', parser, auth: { token: 't' }, reconnection: false, ...(transports === 'default' ? {} : { transports: [transports] }) };
const bytes = Buffer.from([0, 1, 2, 0xff, 0x1e, 4]);
const values = [
  'Xin chào 🐶 \u2028 "\\n"', '', 'x'.repeat(70_000), 0, -1, 127, 128, -33, 65_536, -70_000, 2 ** 40, -(2 ** 40), Number.MAX_SAFE_INTEGER, 1.5, -1e-300, true, false, null,
  [], {}, { nested: [{ deep: { deeper: [1] } }] }, Array.from({ length: 20 }, (_, i) => i), Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`key${i}`, i])),
];

setTimeout(() => fail('timeout'), 20_000);
process.on('unhandledRejection', (error) => fail(error.stack));

const spaces = ['/', '/other'].map((name) => open(name, options));
assert.strictEqual(spaces[0].io, spaces[1].io, 'both are on one connection');
await Promise.all(spaces.map(connected));
const refused = open('/other', { ...options, forceNew: true, auth: { token: 'wrong' } }, false);
assert.strictEqual((await new Promise((resolve) => refused.once('connect_error', resolve))).message, 'no');
refused.io.engine.close();

const engine = spaces[0].io.engine;
await round('on the first transport');
if (transports === 'default' && engine.transport.name !== 'websocket') await new Promise((resolve) => engine.once('upgrade', resolve));
await round('on the last transport');
await everybodyHears();
console.log(JSON.stringify({ done: true, transport: engine.transport.name }));
process.exit(0);

function open(name, how, mayNotFail = true) {
  const socket = io(url + name, how);
  if (mayNotFail) socket.on('connect_error', (error) => fail(`${name} ${error.message}`));
  socket.on('asked', (question, answer) => answer({ question, name }, bytes));
  return socket;
}

async function round(when) {
  for (const socket of spaces) {
    assert.deepStrictEqual(await call(socket, 'echo', ...values), values, `${when}: values`);
    assert.deepStrictEqual(await call(socket, 'echo', { deep: [bytes] }, bytes, Buffer.alloc(0)), [{ deep: [bytes] }, bytes, Buffer.alloc(0)], `${when}: bytes`);
    assert.deepStrictEqual(await call(socket, 'echo', new Date(1e12), NaN, undefined, { gone: undefined }), ['2001-09-09T01:46:40.000Z', null, null, {}], `${when}: what JSON does not have`);
    assert.deepStrictEqual(await call(socket, 'echo', new Uint8Array([1, 2]).buffer), [Buffer.from([1, 2])], `${when}: an ArrayBuffer`);
    const answer = new Promise((resolve) => socket.once('said', (...heard) => resolve(heard)));
    socket.emit('ask', ['why?']);
    assert.deepStrictEqual(await answer, [{ question: ['why?'], name: socket.nsp }, bytes], `${when}: the server asked`);
  }
}

async function everybodyHears() {
  const crowd = [...spaces, ...Array.from({ length: 30 }, (_, i) => open(i % 2 ? '/other' : '/', { ...options, forceNew: true }))];
  await Promise.all(crowd.map(connected));
  const heard = crowd.map((socket) => new Promise((resolve) => socket.once('told', (...args) => resolve(args))));
  for (const socket of spaces) socket.emit('bcast', { from: socket.nsp }, bytes);
  (await Promise.all(heard)).forEach((args, i) => assert.deepStrictEqual(args, [{ from: crowd[i].nsp }, bytes]));
}

function connected(socket) {
  return new Promise((resolve) => (socket.connected ? resolve() : socket.once('connect', resolve)));
}

function call(socket, ...args) {
  return new Promise((resolve) => socket.emit(...args, (...answer) => resolve(answer)));
}

function fail(reason) {
  console.log(JSON.stringify({ failed: reason }));
  process.exit(1);
}
