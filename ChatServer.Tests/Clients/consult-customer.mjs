// The customer's flow of the consult guide, steps 1 to 5, its snippets as they stand there. ABOUT is the topic.
import { about, fail, fetch, finish, io, saw, sawMessage, tell, token, url } from './support.mjs';

// Step 1: the customer's room.
const response = await fetch('/api/chat/rooms', {
  headers: {
    Authorization: `Bearer ${token}`,
  },
});
const rooms = await response.json();
const room = rooms[0];
if (!room) fail('the customer has no room');

// Step 2: the "Tư vấn" button.
const createSession = async (roomId, topic) => {
  const response = await fetch(`/api/chat/rooms/${roomId}/sessions`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({
      title: topic,
    }),
  });
  const session = await response.json();
  return session;
};
tell({ did: 'session', data: await createSession(room.id, about) });

// Step 3: connect, and join without waiting: the client holds the event back until it is connected.
const socket = io(`${url}/chat`, {
  auth: {
    token,
  },
  query: {
    token,
  },
});
socket.emit('join_room', { roomId: room.id });
await saw('connected');
await saw('joined_room');
await saw('room_history');

// Step 4: say something, and see it come back.
const sendMessage = (roomId, content) => {
  socket.emit('send_message', {
    roomId: roomId,
    content: content,
  });
};
sendMessage(room.id, `Xin chào, tôi cần tư vấn 🐶 ${about}`);
await sawMessage(`Xin chào, tôi cần tư vấn 🐶 ${about}`);
tell({ did: 'wait for staff' });

await saw('session_joined');
await sawMessage('Xin chào, tôi có thể giúp gì cho bạn?');
sendMessage(room.id, 'Cảm ơn bạn');
await sawMessage('Cảm ơn bạn');

// Step 5: the staff member goes.
await saw('user_left');
await finish(socket);
