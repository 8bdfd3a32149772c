import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CAPABILITIES_TYPE } from '../../../lib/contract.ts';
import { aRecord, NOW } from '../../support/builders.ts';
import { anApi, ORIGIN } from './api-harness.ts';

const HEADER = 'email-change';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW * 1000 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** An API that asks for proof of a new e-mail; its clock stands at `NOW`. */
function aProvingApi() {
  const record = aRecord({ username: 'ada', email: 'ada@example.com' });
  const api = anApi(record);
  api.directory.keepsUnproven = true;
  api.options.rules = { ...api.options.rules, emailChange: 'verified', recentSignInSeconds: 0 };
  const prove = () => api.directory.prove(record.directoryName ?? '', 'new@example.com');
  return { ...api, record, prove };
}

describe('a new e-mail that has to be proven, over HTTP', () => {
  it('is answered with the old one, its entity tag, and since when it waits', async () => {
    const { get, patch, record } = aProvingApi();
    const before = await get();

    const asked = await patch({ email: 'new@example.com' }, { headers: { origin: ORIGIN } });

    expect(asked.status).toBe(200);
    expect(asked.account()['email']).toBe(record.account.email);
    expect(asked.headers.get('etag')).toBe(before.headers.get('etag'));
    expect(asked.headers.get(HEADER)).toBe(`pending;since=@${NOW}`);
    expect(asked.headers.get('access-control-expose-headers')).toContain('Email-Change');
    expect(before.headers.get(HEADER)).toBeNull();
  });

  it('is told to whoever reads, also where nothing else changed, until it is proven', async () => {
    const { get, patch, prove } = aProvingApi();
    const asked = await patch({ email: 'new@example.com' });
    const ETag = asked.headers.get('etag') ?? '';

    const unchanged = await get({ headers: { 'if-none-match': ETag } });
    expect([unchanged.status, unchanged.headers.get(HEADER)]).toEqual([
      304,
      `pending;since=@${NOW}`,
    ]);
    await prove();
    const read = await get({ headers: { 'if-none-match': ETag } });
    expect([read.status, read.headers.get(HEADER)]).toEqual([200, null]);
    expect(read.account()['email']).toBe('new@example.com');
  });

  it('is named only to its owner, among the capabilities', async () => {
    const { get, patch, lines } = aProvingApi();
    const none = await get({ headers: { accept: CAPABILITIES_TYPE } });
    const asked = await patch({ email: 'new@example.com' });

    const read = await get({ headers: { accept: CAPABILITIES_TYPE } });

    const since = new Date(NOW * 1000).toISOString();
    expect(none.account()['pending_email']).toBeNull();
    expect(read.account()['pending_email']).toEqual({ address: 'new@example.com', since });
    expect([asked.text, ...lines].join()).not.toContain('new@');
  });

  it('leaves an audit line of every step, without the address', async () => {
    const { patch, logged, record } = aProvingApi();
    await patch({ email: 'new@example.com' });
    await patch({ email: 'ada@example.com' });

    const { subject } = record;
    expect(logged('EMAIL_CHANGE')).toMatchObject([
      { subject, actor: subject, step: 'requested' },
      { subject, actor: subject, step: 'withdrawn' },
    ]);
  });
});
