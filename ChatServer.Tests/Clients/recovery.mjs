// A customer who sits in a room while the connection is cut again and again; says what is heard, and how each connect went.
// Usage: node recovery.mjs URL TOKEN ROOM default|websocket|polling
import { io } from 'socket.io-client';

const [url, token, room, transports] = process.argv.slice(2);
const tell = (line) => console.log(JSON.stringify(line));

const socket = io(`${url}/chat`, {
  auth: { token },
  reconnectionDelay: 1,
  reconnectionDelayMax: 20,
  timeout: 500, // what it waits when its connection closes before the open packet: it does not notice that
  ...(transports === 'default' ? {} : { transports: [transports] }),
});
socket.on('connect', () => {
  tell({ connected: socket.id, recovered: socket.recovered });
  if (!socket.recovered) socket.emit('join_room', { roomId: Number(room) });
});
socket.on('new_message', ({ content }) => tell({ heard: content }));
for (const event of ['joined_room', 'room_history', 'error']) socket.on(event, () => tell({ saw: event }));
