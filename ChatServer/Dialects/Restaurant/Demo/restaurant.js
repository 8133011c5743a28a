// What the customer's and the staff's page share: to sign in, as the guide does it, and to show what comes.
import { io } from '/socket.io/socket.io.esm.min.js';
import { at, onSubmit, onTyping, show, status, take } from '/demo/demo.js';

let socket;

/** A user_id alone is enough where the server allows that; a token always is. */
function credentials() {
  const token = at('token').value.trim();
  const auth = { user_id: Number(at('user').value) };
  return token ? { ...auth, token } : auth;
}

function connect(onMessage) {
  socket?.close();
  at('messages').replaceChildren();
  socket = io('/', { auth: credentials() });
  socket.on('connect', () => status('connected'));
  socket.on('new_message', (message) => {
    show(message.nguoi_goi_name, message.noi_dung);
    onMessage(message);
  });
  socket.on('user_typing', ({ user_name: name, is_typing: isTyping }) => { at('typing').textContent = isTyping ? `${name} đang gõ...` : ''; });
  socket.on('error', ({ message }) => status(message));
  socket.on('connect_error', ({ message }) => status(message));
  socket.on('disconnect', (reason) => status(reason));
}

/**
 * Connects now, and again whenever the form is sent.
 * @param about what goes with everything this side says, such as to whom
 * @param onMessage is told of every message that comes
 */
export function run(about = () => ({}), onMessage = () => {}) {
  const stop = onTyping('text', (isTyping) => {
    if (at('say').checkValidity()) socket.emit('typing', { is_typing: isTyping, ...about() });
  });
  onSubmit('signIn', () => connect(onMessage));
  onSubmit('say', () => {
    stop();
    socket.emit('send_message', { noi_dung: take('text'), ...about() });
  });
  connect(onMessage);
}
