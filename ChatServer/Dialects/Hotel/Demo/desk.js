// Those who answer: the department's conversations as buttons, and the answer goes to the one that is chosen.
import { at, onSubmit, onTyping, show, status, take } from '/demo/demo.js';
import { connect, send } from '/demo/hotel/hotel.js';

let conversation;

async function call(path) {
  const response = await fetch(`/api/chat/${path}`, { headers: { Authorization: `Bearer ${at('token').value}` } });
  const answer = await response.json();
  if (!response.ok) status(answer.detail ?? answer.error);
  return response.ok ? answer : null;
}

async function choose(id) {
  conversation = id;
  const detail = await call(`conversations/${id}/`);
  if (!detail) return;
  at('messages').replaceChildren();
  for (const { sender_name, content, media_filename } of detail.messages) show(sender_name, content || media_filename);
  send({ type: 'mark_read', conversation_id: id });
  await list();
}

async function list() {
  const buttons = (await call('conversations/') ?? []).map(({ id, guest_info, department, unread_count }) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = `${guest_info.full_name}, ${guest_info.room_number} (${department})${unread_count && id !== conversation ? ` · ${unread_count} new` : ''}`;
    button.addEventListener('click', () => choose(id));
    return button;
  });
  at('conversations').replaceChildren(...buttons);
}

onSubmit('signIn', async () => {
  conversation = undefined;
  at('messages').replaceChildren();
  connect(`/ws/chat/${encodeURIComponent(at('department').value)}/?token=${at('token').value}`, async ({ conversation_id, sender_type }) => {
    conversation ??= conversation_id;
    if (sender_type === 'guest' && conversation_id === conversation) send({ type: 'mark_read', conversation_id });
    await list();
  });
  await list();
});

const stopTyping = onTyping('text', (is_typing) => { if (conversation) send({ type: 'typing', conversation_id: conversation, is_typing }); });
onSubmit('say', () => {
  stopTyping();
  send({ type: 'text', conversation_id: conversation, content: take('text') });
});
