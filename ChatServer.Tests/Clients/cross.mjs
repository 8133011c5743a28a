// One of five people in one conversation, each at a client of their own dialect. Enters it; says its lines, all at once, when somebody says "go"; ends
// when it has heard so many messages and all that was sent to it before.
// Usage: node cross.mjs restaurant|consult|support|hotel|midimo URL TOKEN CONVERSATION LINES MESSAGES
import { io } from 'socket.io-client';
import { io as io3 } from 'socket.io-client-3';
import WebSocket from 'ws';

const [dialect, url, token, conversation, lines, messages] = process.argv.slice(2);
const tell = (line) => console.log(JSON.stringify(line));
const number = Number(conversation);
let heard = 0;

setTimeout(() => fail('timeout'), 30_000);

const clients = {
  restaurant() {
    const socket = connect(io(url, { auth: { token } }));
    socket.on('connect', entered);
    socket.on('new_message', (data) => hear(data, data.noi_dung));
    return { say: (noi_dung) => socket.emit('send_message', { noi_dung, conversation_id: number }), fence: fenceOf(socket) };
  },
  consult() {
    const socket = connect(io3(`${url}/chat`, { auth: { token }, transports: ['websocket'] }));
    socket.on('connected', () => socket.emit('join_room', { roomId: number }));
    socket.on('room_history', entered);
    socket.on('new_message', (data) => hear(data, data.content));
    return { say: (content) => socket.emit('send_message', { roomId: number, content }), fence: fenceOf(socket) };
  },
  support() {
    const socket = connect(io(url, { auth: { token } }));
    socket.on('connect', () => socket.emit('join_session', { session_id: conversation }));
    socket.on('session_joined', entered);
    socket.on('new_message', ({ message }) => hear(message, message.content));
    const say = (content) => socket.emit('send_message', { session_id: conversation, content, message_type: 'text', temp_id: `temp-${content}` });
    return { say, fence: fenceOf(socket) };
  },
  hotel() {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/chat/?token=${token}`);
    const send = (frame) => socket.send(JSON.stringify(frame));
    let passed;
    socket.on('open', entered);
    socket.on('error', (error) => fail(error.message));
    socket.on('message', (text) => {
      const { type, data, message } = JSON.parse(text);
      if (type === 'message' && data.conversation_id === number) hear(data, data.content);
      else if (type === 'error') message === 'Invalid message type' ? passed() : fail(message);
    });
    const fence = () => new Promise((resolve) => { passed = resolve; send({ type: 'fence' }); });
    return { say: (content) => send({ type: 'text', conversation_id: number, content }), fence };
  },
  midimo() {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws?token=${token}`);
    let passed;
    socket.on('open', entered);
    socket.on('error', (error) => fail(error.message));
    socket.on('message', (text) => {
      const { type, data } = JSON.parse(text);
      if (type === 'message' && data.thread_id === conversation) hear(data, data.content);
      else if (type === 'pong') passed();
      else if (type === 'error') fail(data.message);
    });
    const fence = () => new Promise((resolve) => { passed = resolve; socket.send('{"type":"ping"}'); });
    return { say: post, fence };
  },
};

const client = clients[dialect]();

function connect(socket) {
  socket.on('error', (error) => error?.event === 'fence' || fail(`error: ${JSON.stringify(error)}`));
  socket.on('connect_error', (error) => fail(`connect_error: ${error.message}`));
  return socket;
}

/** As the guide's pages speak: over REST, and heard on the socket. */
async function post(content) {
  const answer = await fetch(`${url}/api/v1/chat/threads/${conversation}/messages`, {
    method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` }, body: JSON.stringify({ content }),
  });
  if (answer.status !== 201) fail(`post: ${answer.status} ${await answer.text()}`);
}

/** An event that nobody knows is answered behind everything that was sent before. */
function fenceOf(socket) {
  return () => new Promise((resolve) => socket.emit('fence', {}, resolve));
}

function entered() {
  tell({ did: 'enter' });
}

function hear(data, text) {
  tell({ saw: 'message', data });
  heard += 1;
  if (text === 'go') for (let n = 1; n <= lines; n++) client.say(`${dialect} ${n}`);
  if (heard === Number(messages)) client.fence().then(() => process.exit(0));
}

function fail(reason) {
  tell({ failed: reason });
  process.exit(1);
}
