// All of midimo's calls over npm's @grpc/grpc-js: node midimo.mjs ADDRESS PROTOS SERVICE_TOKEN USER USER_TOKEN
import { Stream, connect, metadata, unary, upload } from './MidimoClient.mjs';

const [address, protos, serviceToken, user, userToken] = process.argv.slice(2);
const { chat, presence, notifications, health } = connect(address, protos);
const service = metadata(serviceToken);
const [agent, friend] = [`${user}_agent`, `${user}_friend`];
const tell = (name, data) => console.log(JSON.stringify({ saw: name, data }));
const told = async (name, data) => { const answer = await data; tell(name, answer); return answer; };
const say = (thread_id, content, more = {}) => unary(chat, 'SendMessage', { thread_id, user_id: user, content, ...more }, service);

async function threads() {
  const { thread } = await told('CreateThread', unary(chat, 'CreateThread', {
    user_id: user, title: 'Hỗ trợ', participants: [agent, agent], metadata: { order_id: 'order_456' },
  }, service));
  const thread_id = thread.id;
  await told('AddParticipant', unary(chat, 'AddParticipant', { thread_id, user_id: user, participant_id: friend }, service));
  const watch = await watchTheFriend();
  await told('RemoveParticipant', unary(chat, 'RemoveParticipant', { thread_id, user_id: user, participant_id: friend }, service));
  for (const content of ['một', 'hai', 'ba'])
    await told('SendMessage', say(thread_id, content));
  const page = await told('GetThreadMessages', unary(chat, 'GetThreadMessages', { thread_id, limit: 2 }, service));
  await told('GetThreadMessages', unary(chat, 'GetThreadMessages', { thread_id, limit: 2, before_id: page.next_page_token }, service));
  await told('GetUserThreads', unary(chat, 'GetUserThreads', { user_id: user }, service));
  await told('GetThreadDetail', unary(chat, 'GetThreadDetail', { thread_id, user_id: agent }, service));
  await told('MarkThreadRead', unary(chat, 'MarkThreadRead', { thread_id, user_id: agent }, service));
  await told('GetThreadDetail', unary(chat, 'GetThreadDetail', { thread_id, user_id: agent }, service));
  await told('UpdateTypingStatus', unary(chat, 'UpdateTypingStatus', { thread_id, user_id: user, is_typing: true }, service));
  await told('UpdateTyping', unary(presence, 'UpdateTyping', { thread_id, user_id: user, is_typing: false }, service));
  return { thread_id, watch };
}

/** The user's own stream of those who take part with them: once the friend does so no longer, the next look, within 30 s, says so. */
async function watchTheFriend() {
  const stream = new Stream(presence.SubscribePresence({ user_id: user }, metadata(userToken)));
  await stream.first(({ presence: { user_id } }) => user_id === friend);
  return stream;
}

async function attachments(thread_id) {
  const data = Buffer.alloc(300_000, 'x');
  const chunks = [{ user_id: user, file_name: 'menu.txt' }, ...[0, 1, 2].map((part) => ({ data: data.subarray(part * 100_000, (part + 1) * 100_000) }))];
  const { attachment_id } = await told('UploadAttachment', upload(chat, 'UploadAttachment', chunks, service));
  await told('SendAttachment', say(thread_id, '', { attachment_ids: [attachment_id] }));
}

async function presences() {
  const update = (status, custom_status) => unary(presence, 'UpdatePresence', { user_id: agent, status, custom_status, device: 'web' }, service);
  const stream = new Stream(presence.SubscribePresence({ user_id: user }, service));
  await stream.first(({ update_type, presence: { user_id } }) => update_type === 'INITIAL' && user_id === agent);
  await told('UpdatePresence', update('busy', 'Đang họp'));
  await stream.first(({ update_type, presence: { status } }) => update_type === 'UPDATE' && status === 'BUSY');
  await told('GetPresence', unary(presence, 'GetPresence', { user_ids: ['nobody_at_all', agent] }, service));
  await update('OFFLINE');
  await stream.first(({ update_type, presence: { status } }) => update_type === 'UPDATE' && status === 'OFFLINE');
  tell('SubscribePresence', stream.heard.filter(({ presence: { user_id } }) => user_id === agent));
  tell('cancel', await stream.cancel());
  tell('deadline', await new Stream(presence.SubscribePresence({ user_id: user }, service, { deadline: Date.now() + 300 })).ended);
}

async function asides() {
  const send = (title) => unary(notifications, 'SendNotification', { user_id: user, title, type: 'order_update', data: { order_id: 'order_456' } }, service);
  const { notification: first } = await told('SendNotification', send('Đã đặt'));
  const stream = new Stream(notifications.SubscribeNotifications({ user_id: user }, metadata(userToken)));
  await stream.open;
  const { notification: second } = await send('Đã giao');
  await stream.first(({ id }) => id === second.id);
  tell('SubscribeNotifications', stream.heard);
  await stream.cancel();
  const later = new Stream(notifications.SubscribeNotifications({ user_id: user, after_id: first.id }, service));
  await later.first(({ id }) => id === second.id);
  await later.cancel();
  await told('ListNotifications', unary(notifications, 'ListNotifications', { user_id: user }, service));
  await told('MarkNotificationsRead', unary(notifications, 'MarkNotificationsRead', { user_id: user, notification_ids: [first.id] }, service));
  await told('ListNotifications', unary(notifications, 'ListNotifications', { user_id: user, unread_only: true }, service));
}

async function itsHealth() {
  await told('Check', unary(health, 'Check', {}, metadata()));
  await told('Check', unary(health, 'Check', { service: 'midimo.chat.ChatService' }, metadata()));
  await told('Check', unary(health, 'Check', { service: 'no.such.Service' }, metadata()));
  const watch = new Stream(health.Watch({}, metadata()));
  await told('Watch', watch.first(() => true));
  await watch.cancel();
}

const { thread_id, watch } = await threads();
await attachments(thread_id);
await asides();
await itsHealth();
await presences();
await watch.first(({ update_type }) => update_type === 'REMOVE');
tell('REMOVE', watch.heard.filter(({ presence: { user_id } }) => user_id === friend));
process.exit(0);
