// The hotel guide's conversation over npm's ws: node hotel.mjs URL ROLE TOKEN NUMBER
import WebSocket from 'ws';

const [url, role, token, number] = process.argv.slice(2);
const path = role === 'guest' ? `/ws/guest/${number}/` : `/ws/chat/${role}/?token=${token}`;
const socket = new WebSocket(url.replace('http', 'ws') + path);
const say = (kind, name, data) => console.log(JSON.stringify({ [kind]: name, data }));
const send = (frame) => socket.send(JSON.stringify(frame));

socket.on('open', () => say('did', 'open'));
socket.on('error', (error) => { console.error(error.message); process.exit(1); });
socket.on('close', (code) => { say('did', 'close', code); process.exit(0); });
socket.on('message', (text) => {
  const { type, data, message } = JSON.parse(text);
  say('saw', type, data ?? message);
  if (type === 'message') answer(data);
});

function answer({ conversation_id, sender_type, content }) {
  if (role === 'reception' && sender_type === 'guest') {
    send({ type: 'mark_read', conversation_id });
    send({ type: 'typing', conversation_id, is_typing: true });
    send({ type: 'text', conversation_id, content: `Answer to: ${content}` });
  }
  if (role !== 'reception' && content.startsWith('Answer'))
    socket.close(1000);
  if (role === 'reception' && sender_type === 'staff')
    socket.close(1000);
}
