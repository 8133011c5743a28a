// What the desk and the guest's telephone share: a WebSocket, its frames shown, and frames to send.
import { at, show, status } from '/demo/demo.js';

let socket;

/** Connects to a path and shows what comes; heard() is given each message. */
export function connect(path, heard = () => {}) {
  socket?.close();
  socket = new WebSocket(`${location.protocol.replace('http', 'ws')}//${location.host}${path}`);
  const mine = socket;
  mine.addEventListener('open', () => status('connected'));
  mine.addEventListener('close', ({ code }) => { if (mine === socket) status(code === 1006 ? 'refused, or the line broke' : `closed (${code})`); });
  mine.addEventListener('message', ({ data: text }) => {
    const { type, data, message } = JSON.parse(text);
    if (type === 'error') status(message);
    if (type === 'typing') at('typing').textContent = data.is_typing ? `${data.user_name} is typing…` : '';
    if (type !== 'message') return;
    show(data.sender_name, data.content || data.media_filename);
    heard(data);
  });
}

export function send(frame) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
}
