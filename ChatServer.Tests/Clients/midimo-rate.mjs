// Measures unary calls over loopback: how many a second, and how long they take.
// Usage: node midimo-rate.mjs ADDRESS SECRET [--seconds 10] [--callers 64] [--channels 4] [--threads 64]
import crypto from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { connect, metadata, unary } from './MidimoClient.mjs';

const { positionals: [address, secret], values } = parseArgs({
  allowPositionals: true,
  options: Object.fromEntries(Object.entries({ seconds: '10', callers: '64', channels: '4', threads: '64' })
    .map(([name, value]) => [name, { type: 'string', default: value }])),
});
const { seconds, callers, channels, threads } = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]));

const protos = fileURLToPath(new URL('../../ChatServer/Dialects/Midimo/Protos', import.meta.url));
const encode = (claims) => Buffer.from(JSON.stringify(claims)).toString('base64url');
const now = Date.now() / 1000;
const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ iss: 'e_commerce', aud: 'midimo_chat', service: 'e_commerce', iat: now, exp: now + 3600 })}`;
const service = metadata(`${signed}.${crypto.createHmac('sha256', secret).update(signed).digest('base64url')}`);

// Channels with equal options would share one connection.
const chats = Array.from({ length: channels }, (_, number) => connect(address, protos, { 'grpc.use_local_subchannel_pool': 1, 'midimo.channel': number }).chat);

async function call(number, method, request) {
  const answer = await unary(chats[number % channels], method, request, service);
  if (answer.code) throw new Error(`${method}: ${answer.code} ${answer.details}`);
  return answer;
}

/** Keeps every caller busy until the time is over; the first fifth does not count. */
async function measure(name, request, method) {
  const begin = performance.now();
  const [from, end] = [begin + seconds * 200, begin + seconds * 1000];
  const times = [];
  await Promise.all(Array.from({ length: callers }, async (_, caller) => {
    for (let began = performance.now(); began < end;) {
      await call(caller, method, request(caller));
      const done = performance.now();
      if (began >= from && done <= end) times.push(done - began);
      began = done;
    }
  }));
  times.sort((one, other) => one - other);
  const at = (share) => `${times[Math.floor(times.length * share)].toFixed(1)} ms`;
  console.log(`${name}: ${Math.round(times.length / (seconds * 0.8))} a second, p50 ${at(0.5)}, p99 ${at(0.99)} (${callers} callers, ${channels} channels, ${threads} threads)`);
}

const made = await Promise.all(Array.from({ length: threads }, (_, number) => call(number, 'CreateThread', { user_id: `rate_${number}` })));
const ids = made.map(({ thread }) => thread.id);
const content = 'x'.repeat(64);
await measure('SendMessage', (caller) => ({ thread_id: ids[caller % threads], user_id: `rate_${caller % threads}`, content }), 'SendMessage');
await measure('GetThreadMessages, 50 of them', (caller) => ({ thread_id: ids[caller % threads], limit: 50 }), 'GetThreadMessages');
await measure('GetThreadMessages, 1 of them', (caller) => ({ thread_id: ids[caller % threads], limit: 1 }), 'GetThreadMessages');
process.exit(0);
