// The restaurant document's JavaScript snippets, held as a conversation. Everybody ends when the answer was heard and all that came before it.
// Usage: node restaurant.mjs URL USER-ID CUSTOMER-ID customer|answers|listens default|websocket|polling PACKAGE
import assert from 'node:assert';

const [url, userId, customerId, role, transports, clientPackage] = process.argv.slice(2);
const client = await import(clientPackage);
const connect = client.io ?? client.default;
const answer = 'Dạ, chúng tôi sẽ hỗ trợ anh/chị ngay';
const tell = (line) => console.log(JSON.stringify(line));

setTimeout(() => fail('timeout'), 20_000);

// Before version 3 there is no auth payload, and the query has the user.
const identity = /-[12]$/.test(clientPackage) ? { query: { user_id: userId } } : { auth: { user_id: Number(userId) } };
const socket = connect(url, { ...identity, reconnection: false, ...(transports === 'default' ? {} : { transports: [transports] }) });

socket.on('connect', () => {
  tell({ did: 'connect', data: null });
  if (role !== 'customer') return;
  socket.emit('typing', { is_typing: true });
  socket.emit('send_message', { noi_dung: 'Xin chào, tôi muốn đặt bàn' });
});
for (const event of ['user_typing', 'new_conversation', 'update_conversation_list']) socket.on(event, (data) => tell({ saw: event, data }));
socket.on('new_message', function (data) {
  tell({ saw: 'new_message', data });
  assert.strictEqual(arguments.length, 1, 'no offset unasked');
  if (data.noi_dung === answer) finish();
  else if (role === 'answers') {
    socket.emit('typing', { is_typing: true, customer_id: Number(customerId) });
    socket.emit('send_message', { noi_dung: answer, customer_id: Number(customerId) });
  }
});
socket.on('error', (error) => error?.event === 'fence' || fail(`error: ${JSON.stringify(error)}`));
socket.on('connect_error', (error) => fail(`connect_error: ${error.message}`));

/** An event that nobody knows is answered behind everything that was sent before. */
async function finish() {
  await new Promise((resolve) => socket.emit('fence', {}, resolve));
  const engine = socket.io.engine;
  if (transports === 'default' && engine.transport.name !== 'websocket') await new Promise((resolve) => engine.once('upgrade', resolve));
  tell({ done: true, transport: engine.transport.name });
  process.exit(0);
}

function fail(reason) {
  tell({ failed: reason });
  process.exit(1);
}
