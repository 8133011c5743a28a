// The staff flow of the consult guide by way of sessions, as its component does it. ABOUT is the topic of the session to take.
import { about, fail, fetch, finish, io, saw, sawMessage, tell, token, url } from './support.mjs';

const fetchUnassignedSessions = async () => {
  const res = await fetch('/api/chat/sessions/unassigned', {
    headers: { 'Authorization': `Bearer ${token}` }
  });
  return await res.json();
};
const waitingSession = (await fetchUnassignedSessions()).find((session) => session.title === about);
if (!waitingSession) fail('the session is not among the unassigned');
tell({ did: 'find', data: waitingSession });

const handleClaimSession = async (sessionId) => {
  const res = await fetch(`/api/chat/sessions/${sessionId}/join`, {
    method: 'POST',
    headers: { 'Authorization': `Bearer ${token}` }
  });
  return await res.json();
};
const session = await handleClaimSession(waitingSession.id);
tell({ did: 'claim', data: session });
if ((await fetchUnassignedSessions()).some((other) => other.id === session.id)) fail('the claimed session is still unassigned');

const newSocket = io(`${url}/chat`, {
  auth: { token }
});
newSocket.on('connected', () => {
  newSocket.emit('join_room', { roomId: session.roomId });
});
await saw('joined_room');
await saw('room_history');

newSocket.emit('send_message', {
  roomId: session.roomId,
  content: 'Xin chào, tôi có thể giúp gì cho bạn?',
});
await sawMessage('Xin chào, tôi có thể giúp gì cho bạn?');
await sawMessage('Cảm ơn bạn');

const endSession = async (sessionId) => {
  const response = await fetch(`/api/chat/sessions/${sessionId}/end`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${token}`,
    },
  });
  return await response.json();
};
tell({ did: 'end', data: await endSession(session.id) });

newSocket.emit('leave_room', { roomId: session.roomId });
newSocket.emit('leave_session', { sessionId: session.id });
await finish(newSocket);
