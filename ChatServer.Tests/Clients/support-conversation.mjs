// The guide's ChatClient on both sides of one conversation: a customer and an agent who talk, type, read and close.
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
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
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
