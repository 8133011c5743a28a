// What midimo refuses, and how it says so, over npm's @grpc/grpc-js: node midimo-refusals.mjs ADDRESS PROTOS SERVICE_TOKEN USER USER_TOKEN
import grpc from '@grpc/grpc-js';
import { connect, metadata, unary } from './MidimoClient.mjs';

const [address, protos, serviceToken, user, userToken] = process.argv.slice(2);
const { chat, presence } = connect(address, protos);
const gzip = connect(address, protos, { 'grpc.default_compression_algorithm': 2 }).chat;
const service = metadata(serviceToken);
const told = async (name, data) => { const answer = await data; console.log(JSON.stringify({ did: name, data: answer })); return answer; };

const { thread: { id: thread_id } } = await unary(chat, 'CreateThread', { user_id: user }, service);
const message = { thread_id, user_id: user, content: 'Xin chào' };
const key = { 'x-idempotency-key': `key of ${user}` };

await told('gzip', unary(gzip, 'SendMessage', { ...message, content: 'z'.repeat(5_000) }, service));
await told('request id', unary(chat, 'SendMessage', { ...message, content: ' ' }, metadata(serviceToken, { 'x-request-id': 'the-id-of-this-call' })));
await told('blank', unary(chat, 'SendMessage', { ...message, content: ' \n' }, service));
await told('no user', unary(chat, 'CreateThread', {}, service));
await told('no such thread', unary(chat, 'SendMessage', { ...message, thread_id: 'thread_123' }, service));
await told('no such message', unary(chat, 'GetThreadMessages', { thread_id, before_id: 'message_1' }, service));
await told('no such attachment', unary(chat, 'SendMessage', { ...message, attachment_ids: ['đính kèm'] }, service));
await told('no such status', unary(presence, 'UpdatePresence', { user_id: user, status: 'bận' }, service));
await told('no token', unary(chat, 'SendMessage', message, metadata()));
await told('bad token', unary(chat, 'SendMessage', message, metadata(`${serviceToken}x`)));
await told('for another', unary(chat, 'SendMessage', { ...message, user_id: `${user}_other` }, metadata(userToken)));
const { thread: foreign } = await unary(chat, 'CreateThread', { user_id: `${user}_other` }, service);
await told('not a participant', unary(chat, 'SendMessage', { ...message, thread_id: foreign.id }, metadata(userToken)));
await told('a key', unary(chat, 'SendMessage', message, metadata(serviceToken, key)));
await told('the key again', unary(chat, 'SendMessage', message, metadata(serviceToken, key)));
await told('the key for something else', unary(chat, 'SendMessage', { ...message, content: 'khác' }, metadata(serviceToken, key)));
await told('too large', unary(chat, 'SendMessage', { ...message, content: 'x'.repeat(5_000_000) }, service));
const bytes = (value) => value;
await told('no such method', new Promise((resolve) => new grpc.Client(address, grpc.credentials.createInsecure()).makeUnaryRequest(
  '/midimo.chat.ChatService/Nothing', bytes, bytes, Buffer.alloc(0), service, ({ code, details }) => resolve({ code, details }))));
process.exit(0);
