/** Loopback proxy to DynamoDB or Cognito that injects faults into chosen requests. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { listenOnLoopback } from './loopback.ts';

/** Faults of a request. `lost`: it is executed, and only its response fails. */
export const NETWORK_FAULTS = {
  'is throttled': { lost: false, answer: throttled },
  'is answered 500': { lost: false, answer: (_, response) => respond(response, 500, '{}') },
  'is answered 503': { lost: false, answer: (_, response) => respond(response, 503, 'no') },
  'is reset': { lost: false, answer: reset },
  hangs: { lost: false, answer: () => {} },
  'is answered garbage': { lost: false, answer: garbage },
  'is answered no HTTP': { lost: false, answer: noHttp },
  'is carried out and answered 500': {
    lost: true,
    answer: (_, response) => respond(response, 500, '{}'),
  },
  'is carried out and reset': { lost: true, answer: reset },
  'is carried out and hangs': { lost: true, answer: () => {} },
  'is carried out and answered garbage': { lost: true, answer: garbage },
  'is carried out and broken off': { lost: true, answer: brokenOff },
} as const satisfies Record<string, { lost: boolean; answer: Answer }>;
export type NetworkFault = keyof typeof NETWORK_FAULTS;

type Answer = (asked: IncomingMessage, response: ServerResponse) => void;

/** A request through the proxy. */
interface Crossing {
  /** As in `PutItem`. */
  operation: string;
  /** Arrival, in milliseconds of `performance.now`. */
  at: number;
  body: string;
}

/** A running proxy. */
export interface FaultyNetwork {
  url: string;
  /** All requests, in order. */
  crossings: Crossing[];
  /** Chooses the fault of a request; null for none. Can be replaced at any time. */
  faultOf: (crossing: Crossing) => NetworkFault | null | Promise<NetworkFault | null>;
  /** Delay of every request in milliseconds. Can be changed at any time. */
  delay: number;
  stop(): Promise<void>;
}

/** Starts a proxy to the service at that URL. */
export async function startFaultyNetwork(target: string): Promise<FaultyNetwork> {
  const server = createServer((asked, response) => {
    cross(network, target, asked, response).catch(() => response.destroy());
  });
  const network: FaultyNetwork = {
    url: '',
    crossings: [],
    faultOf: () => null,
    delay: 0,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  network.url = await listenOnLoopback(server);
  return network;
}

async function cross(
  network: FaultyNetwork,
  target: string,
  asked: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await buffer(asked);
  const operation = String(asked.headers['x-amz-target']).split('.').at(-1) ?? '';
  const crossing = { operation, at: performance.now(), body: body.toString() };
  network.crossings.push(crossing);
  const fault = await network.faultOf(crossing);
  await sleep(network.delay);
  if (fault !== null && !NETWORK_FAULTS[fault].lost) {
    return NETWORK_FAULTS[fault].answer(asked, response);
  }
  const { status, headers, answer } = await forward(target, asked, body);
  if (fault !== null) return NETWORK_FAULTS[fault].answer(asked, response);
  response.writeHead(status, headers).end(answer);
}

async function forward(target: string, asked: IncomingMessage, body: Buffer) {
  const { method, url = '/', headers } = asked;
  const sent = request(new URL(url, target), { method, headers, agent: false });
  sent.end(body);
  const [arrived]: IncomingMessage[] = await once(sent, 'response');
  if (!arrived) throw new Error('There is no response');
  const answer = await buffer(arrived);
  return { status: arrived.statusCode ?? 0, headers: arrived.headers, answer };
}

function respond(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
}

function throttled({ headers }: IncomingMessage, response: ServerResponse): void {
  const isOfTable = String(headers['x-amz-target']).startsWith('DynamoDB');
  const name = isOfTable ? 'ThrottlingException' : 'TooManyRequestsException';
  respond(response, 400, JSON.stringify({ __type: `com.amazonaws#${name}`, message: 'Rate' }));
}

function reset(asked: IncomingMessage): void {
  asked.socket.resetAndDestroy();
}

function garbage(_asked: IncomingMessage, response: ServerResponse): void {
  respond(response, 200, '<html><title>Welcome to the hotel</title>');
}

function noHttp({ socket }: IncomingMessage): void {
  socket.end('220 mail.example ESMTP\r\n');
}

function brokenOff({ socket }: IncomingMessage): void {
  socket.end(
    'HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: 999\r\n\r\n{"It',
  );
}
