// Either side of a support session, with the guide's own ChatClient: only what it leaves to be implemented is here, and the guide's REST.
import ChatClient from '/demo/support/ChatClient.js';
import { at, onSubmit, show, status, take } from '/demo/demo.js';

let client;
let session;
let isDesk;

async function call(path, body) {
  const headers = { Authorization: `Bearer ${at('token').value}` };
  if (body && !(body instanceof FormData)) headers['Content-Type'] = 'application/json';
  const response = await fetch(`/api/v1/chat${path}`, body ? { method: 'POST', headers, body: body instanceof FormData ? body : JSON.stringify(body) } : { headers });
  const answer = await response.json();
  if (!answer.success) status(answer.message);
  return answer.data;
}

class Side extends ChatClient {
  displayMessages(messages) {
    at('messages').replaceChildren();
    for (const message of messages) this.appendMessage(message);
  }

  appendMessage(message) {
    show(message.sender_name, message.content);
    const line = at('messages').lastElementChild;
    line.dataset.id = message.id;
    line.append(...message.attachments.map(link));
    const isOwn = isDesk === (message.sender_role !== 'customer');
    line.classList.toggle('own', isOwn);
    line.classList.toggle('read', message.read_by.length > 0);
    if (!isOwn && message.read_by.length === 0) this.markAsRead(session.id, [message.id]);
  }

  showTypingIndicator(userName) {
    at('typing').textContent = `${userName} is typing…`;
  }

  hideTypingIndicator() {
    at('typing').textContent = '';
  }

  updateReadReceipts({ user_id: reader, message_ids: ids }) {
    if (isDesk !== (reader === session.customer_id)) return;
    for (const line of document.querySelectorAll('#messages .own')) {
      if (!ids || ids.includes(line.dataset.id)) line.classList.add('read');
    }
  }
}

/** A picture is shown; anything else is a download. */
function link({ file_name: name, file_type: type, file_url: url }) {
  const isImage = type.startsWith('image/');
  const element = document.createElement(isImage ? 'img' : 'a');
  if (isImage) Object.assign(element, { src: url, alt: name });
  else Object.assign(element, { href: url, textContent: name });
  return element;
}

function update(changed) {
  session = changed;
  at('say').hidden = false;
  at('accept').hidden = !isDesk || session.status !== 'waiting';
  at('close').hidden = session.status === 'closed';
  status(`${session.subject}: ${session.status}`);
}

function enter(chosen) {
  if (session) client.leaveSession(session.id);
  update(chosen);
  client.joinSession(session.id);
}

/** A button for each session that is this person's, or waits for an agent. */
async function listSessions() {
  const buttons = (await call('/sessions') ?? []).map((one) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = `${one.subject} (${one.status}, ${one.unread_count} unread)`;
    button.addEventListener('click', () => enter(one));
    return button;
  });
  at('sessions').replaceChildren(...buttons);
}

function signIn() {
  client?.disconnect();
  session = undefined;
  at('messages').replaceChildren();
  isDesk = JSON.parse(atob(at('token').value.split('.')[1].replaceAll('-', '+').replaceAll('_', '/'))).role !== 'customer';
  client = new Side(location.origin, at('token').value);
  client.socket.on('connect', () => status(`connected as ${isDesk ? 'agent' : 'customer'}`));
  client.socket.on('connect_error', ({ message }) => status(message));
  client.socket.on('error', ({ message }) => status(message));
  client.socket.on('session_status_changed', listSessions);
  for (const name of ['chat_accepted', 'chat_closed']) {
    client.socket.on(name, ({ session: changed }) => { if (changed.id === session?.id) update(changed); });
  }
  at('open').hidden = isDesk;
  listSessions();
}

async function send() {
  const { files } = at('files');
  if (files.length === 0) {
    client.sendMessage(session.id, take('text'));
    return;
  }
  const form = new FormData();
  form.append('content', take('text'));
  for (const file of files) form.append('attachments', file);
  await call(`/sessions/${session.id}/messages`, form);
  at('files').value = '';
}

onSubmit('signIn', signIn);
onSubmit('open', async () => enter(await call('/sessions', { subject: take('subject') })));
onSubmit('say', send);
at('text').addEventListener('input', () => client.handleTyping(session.id));
at('accept').addEventListener('click', () => {
  client.socket.emit('accept_chat', { session_id: session.id });
  client.joinSession(session.id);
});
at('close').addEventListener('click', () => client.socket.emit('close_chat', { session_id: session.id }));
