// midimo's services through npm's @grpc/grpc-js, as the scripts beside this one use them.
import fs from 'node:fs';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';

/** The four services at an address, each with the calls of its protocol file; options are gRPC's own. */
export function connect(address, protos, options = {}) {
  const files = fs.readdirSync(protos).filter((file) => file.endsWith('.proto'));
  const definition = protoLoader.loadSync(files, { includeDirs: [protos], keepCase: true, longs: Number, enums: String, defaults: true });
  const { midimo, grpc: { health } } = grpc.loadPackageDefinition(definition);
  const open = (Service) => new Service(address, grpc.credentials.createInsecure(), options);
  return {
    chat: open(midimo.chat.ChatService),
    presence: open(midimo.presence.PresenceService),
    notifications: open(midimo.notification.NotificationService),
    health: open(health.v1.Health),
  };
}

/** What goes with a call: the token, where there is one, and more. */
export function metadata(token, more = {}) {
  const values = new grpc.Metadata();
  for (const [name, value] of Object.entries({ ...(token && { authorization: `Bearer ${token}` }), ...more }))
    values.set(name, value);
  return values;
}

/** The answer of a unary call, or {code, details, requestId} where it failed. */
export const unary = (client, method, request, values, options = {}) => new Promise((resolve) => {
  client[method](request, values, options, (error, answer) => resolve(error ? failure(error) : answer));
});

/** A call with many requests and one answer. */
export const upload = (client, method, requests, values) => new Promise((resolve) => {
  const call = client[method](values, (error, answer) => resolve(error ? failure(error) : answer));
  for (const request of requests) call.write(request);
  call.end();
});

/** A call with many answers: what came so far, waiting for more, and how it ended. */
export class Stream {
  heard = [];
  #waiting = new Set();

  constructor(call) {
    this.call = call;
    this.open = new Promise((resolve) => call.once('metadata', resolve));
    this.ended = new Promise((resolve) => {
      call.on('error', (error) => resolve(failure(error)));
      call.on('end', () => resolve(null));
    });
    call.on('data', (answer) => {
      this.heard.push(answer);
      for (const wake of this.#waiting) wake();
    });
  }

  /** The first answer that fits, once there is one. */
  async first(fits) {
    while (!this.heard.some(fits)) {
      const more = new Promise((resolve) => {
        const wake = () => { this.#waiting.delete(wake); resolve(); };
        this.#waiting.add(wake);
      });
      const end = await Promise.race([more, this.ended.then((reason) => ({ reason }))]);
      if (end) throw new Error(`The stream ended: ${JSON.stringify(end.reason)} after ${JSON.stringify(this.heard)}`);
    }
    return this.heard.find(fits);
  }

  cancel() {
    this.call.cancel();
    return this.ended;
  }
}

function failure({ code, details, metadata: trailers }) {
  return { code, details, requestId: trailers?.get('x-request-id')[0] ?? null };
}
