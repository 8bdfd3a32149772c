/**
 * A proxy in front of the local cloud that adds what AWS does and the emulator does not. Each
 * difference is one behaviour; the gate itself knows none. Listens on loopback only.
 */
import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
  request as sendRequest,
} from 'node:http';
import { buffer } from 'node:stream/consumers';

/** A request to the cloud, complete. */
export interface GateRequest {
  method: string;
  /** Path and query, as sent. */
  url: string;
  /** By lower-case name. */
  headers: IncomingHttpHeaders;
  /** Names and values in turn, as a client sent them; absent in requests of the gate itself. */
  rawHeaders?: readonly string[];
  body: Buffer;
}

/** A response of the cloud, complete. */
export interface GateResponse {
  status: number;
  /** By lower-case name. */
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Passes a request on: to the next behaviour, at last to the emulator. */
export type Forward = (request: GateRequest) => Promise<GateResponse>;

/** One difference between AWS and the emulator: responds itself, or changes what passes. */
export type Behaviour = (request: GateRequest, forward: Forward) => Promise<GateResponse>;

/** A running gate. */
export interface Gate {
  stop(): Promise<void>;
}

/** Headers of one connection, not of the message (RFC 9110 sections 7.6.1 and 10.1.1). */
const HOP_BY_HOP = ['connection', 'expect', 'keep-alive', 'transfer-encoding', 'upgrade'];
/** Idle connections to the emulator end here first, or a request could meet one that it closes. */
const IDLE_MILLISECONDS = 30_000;
/** No limit of the gate's own: the emulator refuses large headers. */
const MAX_HEADER_BYTES = 4 * 1024 * 1024;

/**
 * Opens the gate on 127.0.0.1.
 * @param behaviours in the order in which they see a request
 */
export async function openGate(
  port: number,
  emulatorPort: number,
  behaviours: readonly Behaviour[],
): Promise<Gate> {
  const agent = new Agent({ keepAlive: true, timeout: IDLE_MILLISECONDS });
  const toEmulator: Forward = (request) => send(request, emulatorPort, agent);
  const handle = behaviours.reduceRight<Forward>(
    (forward, behaviour) => (request) => behaviour(request, forward),
    toEmulator,
  );
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (incoming, outgoing) => {
    respond(incoming, outgoing, handle).catch((error: unknown) => {
      // What an interrupted connection looks like to a client of the cloud.
      outgoing.destroy(error instanceof Error ? error : undefined);
    });
  });
  // For the same reason the clients end their idle connections themselves.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        agent.destroy();
      }),
  };
}

async function respond(incoming: IncomingMessage, outgoing: ServerResponse, handle: Forward) {
  const { method = 'GET', url = '/', rawHeaders } = incoming;
  // Node.js would keep the first of several.
  const authorization = incoming.headersDistinct['authorization']?.join(', ');
  const headers = { ...incoming.headers, ...(authorization !== undefined && { authorization }) };
  const body = await buffer(incoming);
  const response = await handle({ method, url, headers, rawHeaders, body });
  outgoing.statusCode = response.status;
  const sent = withoutHopByHop(response.headers);
  // Node.js counts the body, but a response to HEAD has the length of that to GET.
  if (method !== 'HEAD') delete sent['content-length'];
  for (const [name, value] of Object.entries(sent)) {
    if (value !== undefined) outgoing.setHeader(name, value);
  }
  outgoing.end(response.body);
}

function send(request: GateRequest, port: number, agent: Agent): Promise<GateResponse> {
  return new Promise((resolve, reject) => {
    const { method, url: path, body } = request;
    const headers = withoutHopByHop(request.headers);
    delete headers['content-length'];
    // Node.js would leave it out for DELETE, and the body would be read as a request of its own.
    if (body.length > 0) headers['content-length'] = String(body.length);
    const outgoing = sendRequest({ host: '127.0.0.1', port, agent, method, path, headers });
    outgoing.once('error', reject);
    outgoing.once('response', (incoming) => {
      buffer(incoming).then((content) => {
        const { statusCode = 502, headers } = incoming;
        resolve({ status: statusCode, headers, body: content });
      }, reject);
    });
    outgoing.end(body);
  });
}

function withoutHopByHop(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)));
}
