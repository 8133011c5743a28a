// The staff flow of the consult guide by way of rooms: the first message takes the room. ABOUT is the customer's user name.
import { about, fail, fetch, finish, io, saw, sawMessage, tell, token, url } from './support.mjs';

const fetchRooms = async (which) => {
  const res = await fetch(`/api/chat/rooms/${which}`, {
    headers: { 'Authorization': `Bearer ${token}` }
  });
  return (await res.json()).find((room) => room.customer.userName === about);
};
const room = await fetchRooms('unassigned');
if (!room) fail('the room is not among the unassigned');
tell({ did: 'find', data: room });

const newSocket = io(`${url}/chat`, {
  auth: { token }
});
newSocket.on('connected', () => {
  newSocket.emit('join_room', { roomId: room.id });
});
await saw('joined_room');
await saw('room_history');

newSocket.emit('send_message', {
  roomId: room.id,
  content: 'Xin chào, tôi có thể giúp gì cho bạn?'
});
await sawMessage('Xin chào, tôi có thể giúp gì cho bạn?');

if (await fetchRooms('unassigned')) fail('the answered room is still unassigned');
const assigned = await fetchRooms('assigned');
if (!assigned) fail('the answered room is not among the assigned');
tell({ did: 'assigned', data: assigned });

newSocket.emit('leave_room', { roomId: room.id });
await finish(newSocket);
