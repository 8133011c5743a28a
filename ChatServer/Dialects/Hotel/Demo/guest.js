// A guest's telephone: what is written goes to a department of the hotel where the guest stays.
import { at, onSubmit, onTyping, take } from '/demo/demo.js';
import { connect, send } from '/demo/hotel/hotel.js';

let conversation;

onSubmit('signIn', () => {
  conversation = undefined;
  at('messages').replaceChildren();
  connect(`/ws/guest/${encodeURIComponent(at('number').value)}/`, ({ conversation_id }) => { conversation = conversation_id; });
});

const stopTyping = onTyping('text', (is_typing) => { if (conversation) send({ type: 'typing', conversation_id: conversation, is_typing }); });
onSubmit('say', () => {
  stopTyping();
  send({ type: 'text', department: at('department').value, content: take('text') });
});
