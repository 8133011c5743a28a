// One user of threads: REST for what is there, the direct WebSocket for what happens and what is said.
import { at, onSubmit, onTyping, show, status, take } from '/demo/demo.js';

let socket;
let thread;

async function call(path = '', body) {
  const headers = { Authorization: `Bearer ${at('token').value}` };
  if (body) headers['Content-Type'] = 'application/json';
  const response = await fetch(`/api/v1/chat/threads${path}`, { method: body ? 'POST' : 'GET', headers, body: body && JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) status(answer.error.message);
  return response.ok ? answer : null;
}

function send(type, data) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type, data: { thread_id: thread.id, ...data } }));
}

async function enter(chosen) {
  thread = chosen;
  const detail = await call(`/${thread.id}`);
  if (!detail) return;
  at('messages').replaceChildren();
  for (const { user_id, content } of detail.recent_messages) show(user_id, content);
  at('presence').textContent = detail.participants.map(({ user_id, presence_status }) => `${user_id}: ${presence_status}`).join(', ');
  at('typing').textContent = '';
  at('say').hidden = false;
  send('read');
  status(thread.title || thread.id);
}

/** A button for each thread, the newest activity first. */
async function list() {
  const buttons = ((await call())?.data ?? []).map((one) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = `${one.title || one.kind} (${one.participants.join(', ')})`;
    button.addEventListener('click', () => enter(one));
    return button;
  });
  at('threads').replaceChildren(...buttons);
}

const heard = {
  message(data) {
    list();
    if (data.thread_id !== thread?.id) return;
    show(data.user_id, data.content);
    send('read');
  },
  typing({ thread_id, user_id, is_typing }) {
    if (thread_id === thread?.id) at('typing').textContent = is_typing ? `${user_id} is typing…` : '';
  },
  presence() {
    if (thread) call(`/${thread.id}/participants`).then((company) => {
      if (company) at('presence').textContent = company.data.map(({ user_id, presence_status }) => `${user_id}: ${presence_status}`).join(', ');
    });
  },
  conversation: list,
  error: ({ message }) => status(message),
};

onSubmit('signIn', () => {
  socket?.close();
  thread = undefined;
  at('messages').replaceChildren();
  const mine = new WebSocket(`${location.protocol.replace('http', 'ws')}//${location.host}/ws?token=${at('token').value}`);
  socket = mine;
  mine.addEventListener('open', () => { status('connected'); at('open').hidden = false; list(); });
  mine.addEventListener('close', ({ code }) => { if (mine === socket) status(code === 1006 ? 'refused, or the line broke' : `closed (${code})`); });
  mine.addEventListener('message', ({ data: text }) => {
    const { type, data } = JSON.parse(text);
    heard[type]?.(data);
  });
});
onSubmit('open', async () => {
  const made = await call('', { title: take('title'), participants: [at('participant').value] });
  if (made) await enter(made);
});
const stopTyping = onTyping('text', (is_typing) => { if (thread) send('typing', { is_typing }); });
onSubmit('say', () => {
  stopTyping();
  send('message', { content: take('text'), client_id: crypto.randomUUID?.() });
});
