import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { traceCalls } from '../../../functions/trace.ts';
import { sendCalls } from '../../../lib/trace/x-ray.ts';

const HEADER =
  'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:a87bd80c:1';

let daemon: Socket;
let datagrams: string[];

beforeEach(async () => {
  datagrams = [];
  daemon = createSocket('udp4').bind(0, '127.0.0.1');
  daemon.on('message', (datagram) => datagrams.push(datagram.toString()));
  await once(daemon, 'listening');
});
afterEach(() => daemon.close());

const address = () => `127.0.0.1:${daemon.address().port}`;
const answeredCall = { startedAt: 1_767_225_600_500, milliseconds: 12.5, failed: false };

describe('sendCalls', () => {
  it('tells the daemon of each call, below the segment of the function', async () => {
    await sendCalls(HEADER, address(), [
      { to: 'store', ...answeredCall },
      { to: 'directory', ...answeredCall, failed: true },
    ]);

    await expect.poll(() => datagrams.length).toBe(2);
    const [first = '', second = ''] = datagrams.map((datagram) => datagram.split('\n')[1]);
    expect(datagrams[0]?.split('\n')[0]).toBe('{"format":"json","version":1}');
    expect(JSON.parse(first)).toEqual({
      type: 'subsegment',
      namespace: 'aws',
      name: 'DynamoDB',
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      trace_id: '1-5759e988-bd862e3fe1be46a994272793',
      parent_id: '53995c3f42cd8ad8',
      start_time: 1_767_225_600.5,
      end_time: 1_767_225_600.5125,
    });
    expect(JSON.parse(second)).toMatchObject({ name: 'Cognito', fault: true });
  });
});

describe('traceCalls', () => {
  const sampled = () => {
    vi.stubEnv('_X_AMZN_TRACE_ID', HEADER);
    vi.stubEnv('AWS_XRAY_DAEMON_ADDRESS', address());
  };
  afterEach(() => void vi.unstubAllEnvs());

  it('hands the calls of a sampled request on', async () => {
    sampled();

    traceCalls([{ to: 'store', ...answeredCall }]);

    await expect.poll(() => datagrams.length).toBe(1);
  });

  it.each([
    ['a request that is not sampled', '_X_AMZN_TRACE_ID', HEADER.replace('Sampled=1', 'Sampled=0')],
    ['a place without tracing', '_X_AMZN_TRACE_ID', ''],
    ['a daemon whose address is none', 'AWS_XRAY_DAEMON_ADDRESS', 'nowhere'],
  ])('sends nothing, and does not fail, for %s', async (_what, name, value) => {
    sampled();
    vi.stubEnv(name, value);

    traceCalls([{ to: 'store', ...answeredCall }]);

    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(datagrams).toEqual([]);
  });
});
