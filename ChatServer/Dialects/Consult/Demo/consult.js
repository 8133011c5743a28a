// Both sides of the consult guide: a customer is in their room at once and may ask for advice; staff choose a room to answer in.
import { io } from '/socket.io/socket.io.esm.min.js';
import { at, onSubmit, show, status, take } from '/demo/demo.js';

let socket;
let room;

async function call(path, body) {
  const headers = { Authorization: `Bearer ${at('token').value}`, 'Content-Type': 'application/json' };
  const response = await fetch(`/api/chat/${path}`, body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers });
  const answer = await response.json();
  if (!response.ok) status(answer.message);
  return answer;
}

function enter(id) {
  room = id;
  socket.emit('join_room', { roomId: room });
}

/** A button for each room that is this person's to answer, or nobody's yet. */
async function listRooms() {
  const rooms = [...await call('rooms/assigned'), ...await call('rooms/unassigned?active=true'), ...(await call('sessions/unassigned')).map((one) => one.room)];
  const buttons = [...new Map(rooms.map((one) => [one.id, one])).values()].map((one) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = one.customer.userName;
    button.addEventListener('click', () => enter(one.id));
    return button;
  });
  at('rooms').replaceChildren(...buttons);
}

async function begin({ userRole }) {
  status(`connected as ${userRole}`);
  at('ask').hidden = userRole !== 'CUSTOMER';
  if (room) enter(room);
  else if (userRole === 'CUSTOMER') enter((await call('rooms'))[0].id);
  else await listRooms();
}

onSubmit('signIn', () => {
  socket?.close();
  room = undefined;
  socket = io('/chat', { auth: { token: at('token').value } });
  socket.on('connected', begin);
  socket.on('new_session', listRooms);
  socket.on('room_history', ({ messages }) => {
    at('messages').replaceChildren();
    for (const { sender, content } of messages) show(sender?.userName ?? 'system', content);
  });
  socket.on('new_message', ({ sender, content }) => show(sender?.userName ?? 'system', content));
  socket.on('error', ({ message }) => status(message));
  socket.on('connect_error', ({ message }) => status(message));
  socket.on('disconnect', (reason) => status(reason));
});

at('ask').addEventListener('click', () => call(`rooms/${room}/sessions`, { title: 'Tư vấn' }));
onSubmit('say', () => socket?.emit('send_message', { roomId: room, content: take('text') }));
