// One generation of the JavaScript client on each transport at once: the walk of matrix.py and DotNetWalk.cs, by the same lines.
// Usage: node matrix.mjs URL PACKAGE TEXT BYTES, where BYTES are hexadecimal.
// Prints one JSON line for each step of a row; a row ends with the step done or failed, and the script once all have ended.

const [url, clientPackage, text, hex] = process.argv.slice(2);
const patience = 10_000; // ms for each step
const restartPatience = 30_000; // ms: the server waits for every row before it restarts
const bytes = Buffer.from(hex, 'hex');
const client = await import(clientPackage);
const Manager = client.Manager ?? client.default.Manager;
// Version 1 encodes text twice on polling, and decodes it twice: only ASCII is sure to come and go as it was said.
const encodesTwice = clientPackage === 'socket.io-client-1';
const ascii = 'ASCII';
const rows = { polling: ['polling'], websocket: ['websocket'], upgrade: undefined };

await Promise.all(Object.entries(rows).map(walk));
process.exit(0);

async function walk([row, transports]) {
  const tell = (step, got) => console.log(JSON.stringify({ row, step, got: plain(got) }));
  const manager = new Manager(url, {
    path: '/engine.io', reconnectionDelay: 20, reconnectionDelayMax: 200, ...(transports ? { transports } : {}),
  });
  const spaces = ['/', '/other'].map((name) => {
    const socket = manager.socket(name);
    socket.on('asked', (question, answer) => answer({ question, name }, bytes));
    return { name, socket };
  });
  const all = (event, time) => Promise.all(spaces.map(({ name, socket }) => happens(socket, event, `${event} of ${name}`, time)));
  const step = async (phase, name, check, got) => tell(`${phase} ${name} ${check}`, await got);
  const said = encodesTwice && row === 'polling' ? ascii : text;

  try {
    await all('connect');
    if (!transports) {
      await go('upgrading', encodesTwice ? ascii : text, encodesTwice ? ascii : text);
      await isUpgraded(manager.engine);
    }
    tell('connected transport', manager.engine.transport.name);
    await go('connected', text, said);
    const restarted = Promise.all([all('disconnect', restartPatience), all('connect', restartPatience)]);
    tell('ready', true);
    await restarted;
    if (!transports) await isUpgraded(manager.engine);
    tell('restarted transport', manager.engine.transport.name);
    await go('restarted', text, said);
    tell('done', true);
  } catch (error) {
    tell('failed', error.message);
  }
  manager.reconnection(false);
  spaces.forEach(({ socket }) => socket.close());

  async function go(phase, heard, said) {
    for (const { name, socket } of spaces) {
      await step(phase, name, 'is heard as said', call(socket, 'hear', heard));
      await step(phase, name, 'text', answer(socket, 'say', said, { nested: [1, null, true] }));
      await step(phase, name, 'bytes', answer(socket, 'say', { deep: [bytes] }, said, bytes));
      await step(phase, name, 'text acknowledged', call(socket, 'echo', said, { nested: [1, null, true] }));
      await step(phase, name, 'bytes acknowledged', call(socket, 'echo', { deep: [bytes] }, said, bytes));
      await step(phase, name, 'acknowledges text and bytes', answer(socket, 'ask', said));
    }
  }
}

function isUpgraded(engine) {
  return engine.transport.name === 'websocket' ? undefined : happens(engine, 'upgrade', 'the upgrade');
}

function call(socket, ...args) {
  return within(new Promise((resolve) => socket.emit(...args, (...got) => resolve(got))), `the acknowledgement of ${args[0]}`);
}

function answer(socket, ...args) {
  const said = new Promise((resolve) => socket.once('said', (...got) => resolve(got)));
  socket.emit(...args);
  return within(said, `the answer to ${args[0]}`);
}

function happens(emitter, event, what, time) {
  return within(new Promise((resolve) => emitter.once(event, resolve)), what, time);
}

function within(waiting, what, time = patience) {
  let timer;
  const timeout = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(`time ran out before ${what}`)), time)));
  return Promise.race([waiting, timeout]).finally(() => clearTimeout(timer));
}

/** Bytes in hexadecimal, whatever a client makes of them. */
function plain(value) {
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(plain);
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
  return value;
}
