// The guide's ChatClient on both sides of one conversation: a customer and an agent who talk, type, read, send files and close.
// Usage: node support-conversation.mjs URL CUSTOMER_TOKEN AGENT_TOKEN; ends with 0 when all of it came to pass.
import assert from 'node:assert';
import ChatClient from './ChatClient.mjs';

const [url, customerToken, agentToken] = process.argv.slice(2);
setTimeout(() => fail('timeout'), 20_000);
process.on('unhandledRejection', (error) => fail(error.stack));

class Party extends ChatClient {
  shown = [];
  typing = new Set();
  read = [];
  news = [];

  constructor(serverUrl, token) {
    super(serverUrl, token);
    this.socket.onAny((name, data) => this.news.push({ name, data }));
    this.socket.on('error', (data) => fail(JSON.stringify(data)));
  }

  displayMessages(messages) {
    this.shown = messages.map(({ content }) => content);
  }

  appendMessage({ content }) {
    this.shown.push(content);
  }

  showTypingIndicator(userName) {
    this.typing.add(userName);
  }

  hideTypingIndicator() {
    this.typing.clear();
  }

  updateReadReceipts(data) {
    this.read.push(data);
  }

  async saw(name, matches = () => true) {
    for (;;) {
      const found = this.news.find((one) => one.name === name && matches(one.data));
      if (found) return found.data;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

const call = async (token, method, path, body) => {
  const answer = await fetch(`${url}/api/v1/chat${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, ...!(body instanceof FormData) && { 'Content-Type': 'application/json' } },
    body: body instanceof FormData ? body : body && JSON.stringify(body),
  });
  const { success, data } = await answer.json();
  assert.ok(success, `${method} ${path}`);
  return data;
};

const agent = new Party(url, agentToken);
const session = await call(customerToken, 'POST', '/sessions', { subject: 'Need help with order', priority: 'high', initial_message: 'My order is delayed' });
const customer = new Party(url, customerToken);
customer.joinSession(session.id);
await customer.saw('session_joined');
agent.socket.emit('accept_chat', { session_id: session.id });
const accepted = await customer.saw('chat_accepted');
await agent.saw('chat_accepted');
agent.joinSession(session.id);
const joined = await agent.saw('session_joined');
assert.deepStrictEqual(joined.participants.map(({ role, online }) => [role, online]), [['customer', true], ['support', true]]);
assert.deepStrictEqual(agent.shown, ['My order is delayed', 'Support agent has joined the conversation']);
await customer.saw('messages_read', ({ user_id: reader }) => reader === accepted.agent_id);

customer.handleTyping(session.id);
await agent.saw('user_typing');
const tempId = customer.sendMessage(session.id, 'Xin chào 👋');
const sent = await customer.saw('message_sent');
assert.strictEqual(sent.temp_id, tempId);
const { message } = await agent.saw('new_message');
assert.strictEqual(message.id, sent.message_id);
await agent.saw('typing_stopped');
assert.strictEqual(agent.typing.size, 0);
agent.markAsRead(session.id, [message.id]);
assert.deepStrictEqual((await customer.saw('messages_read', ({ message_ids: ids }) => ids)).message_ids, [message.id]);
agent.markAsRead(session.id);
await customer.saw('messages_read', ({ user_id: reader, message_ids: ids }) => reader === accepted.agent_id && !ids && customer.read.length > 2);
agent.sendMessage(session.id, 'We look into it');
await customer.saw('new_message', ({ message: one }) => one.content === 'We look into it');
assert.deepStrictEqual(customer.shown, ['My order is delayed', 'Xin chào 👋', 'We look into it']);

const form = new FormData();
form.append('content', 'Check this screenshot');
form.append('message_type', 'image');
const gif = new Uint8Array([...'GIF89a'].map((c) => c.charCodeAt(0)).concat([3, 0, 2, 0, 0, 0, 0, 0x3b]));
form.append('attachments', new File([gif], 'Ảnh.gif', { type: 'image/gif' }));
const posted = await call(customerToken, 'POST', `/sessions/${session.id}/messages`, form);
const shown = (await agent.saw('new_message', ({ message: one }) => one.id === posted.id)).message;
assert.deepStrictEqual([shown.content, shown.message_type, shown.attachments[0].file_name], ['Check this screenshot', 'image', 'Ảnh.gif']);
const file = await fetch(url + shown.attachments[0].file_url);
assert.deepStrictEqual(new Uint8Array(await file.arrayBuffer()), gif);
const upload = new FormData();
upload.append('file', new File(['Order 17'], 'notes.txt'));
const [uploaded] = await call(agentToken, 'POST', '/upload', upload);
agent.socket.emit('send_message', { session_id: session.id, content: '', temp_id: 'notes', attachments: [uploaded.file_url] });
const notes = (await customer.saw('new_message', ({ message: one }) => one.attachments[0]?.id === uploaded.id)).message;
assert.deepStrictEqual([notes.message_type, notes.content], ['file', '']);
assert.strictEqual((await fetch(`${url}/api/v1/chat/upload`, { method: 'POST', headers: { Authorization: `Bearer ${agentToken}` }, body: new FormData() })).status, 400);
customer.markAsRead(session.id, [notes.id]);
await agent.saw('messages_read', ({ message_ids: ids }) => ids?.includes(notes.id));

agent.socket.emit('close_chat', { session_id: session.id });
assert.strictEqual((await customer.saw('chat_closed')).closed_by, accepted.agent_id);
const listed = await call(customerToken, 'GET', '/sessions');
assert.deepStrictEqual(listed.map(({ status, unread_count: unread }) => [status, unread]), [['closed', 1]]);
agent.leaveSession(session.id);
await customer.saw('user_left');
agent.disconnect();
customer.disconnect();
console.log(JSON.stringify({ done: true }));
process.exit(0);

function fail(reason) {
  console.log(JSON.stringify({ failed: reason }));
  process.exit(1);
}
