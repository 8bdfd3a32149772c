/** Mail of the deployed service to owners of accounts, read in the local cloud's outbox. */
import { describe, expect, it } from 'vitest';
import { setEmail } from '../../lib/operations/account-names.ts';
import { mailsTo } from '../../tools/local/outbox.ts';
import { newPassword } from '../../tools/operators/operator-target.ts';
import { openNotices } from '../../tools/operators/owner-notices.ts';
import { clientSettings } from '../../tools/support/cloud-access.ts';
import { aPerson, get, patch, ports, rewrite, stack, unique } from '../support/deployed-service.ts';
import { describeNotices } from '../support/notices-contract.ts';

const mails = (address: string) => mailsTo(stack.endpointUrl, address);
const anAddress = () => `${unique('moved')}@users.example`;

describeNotices('through the local SES', () => ({
  notices: openNotices(stack.notices, clientSettings(stack.endpointUrl)),
  countTo: async (address) => (await mails(address)).length,
}));

describe('the owner of an account', () => {
  it('is told of all that one request changed, by text and by HTML', async () => {
    const person = await aPerson();
    const [username, email] = [unique('renamed'), anAddress()];
    const body = { username, email, password: newPassword() };
    const { status } = await patch(person.token, body);

    expect(status).toBe(200);
    const [mail, ...others] = await mails(person.email);
    expect(others).toEqual([]);
    expect(mail?.from).toBe('Accounts <no-reply@accounts.example>');
    for (const text of [mail?.text, mail?.html]) {
      expect(text).toMatch(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/);
      expect(text).toContain('your username');
      expect(text).toContain('your e-mail address, now m***@u***');
      expect(text).toContain('your password');
      expect(text).toContain('help@accounts.example');
      for (const value of [username, email, body.password]) expect(text).not.toContain(value);
    }
    expect(mail?.html).toMatch(/^<!doctype html>/);
    expect(mail?.html).not.toMatch(/<a\b|href|src=/);
  });

  it('gets no mail at an address that nobody has confirmed', async () => {
    const person = await aPerson();
    const email = anAddress();
    await patch(person.token, { email });
    await patch(person.token, { username: unique('renamed') });

    expect(await mails(person.email)).toHaveLength(1);
    expect((await mails(email)).filter(({ from }) => from.startsWith('Accounts'))).toEqual([]);
  });

  it('is told by a read that finishes what broke off', async () => {
    const person = await aPerson();
    const username = unique('renamed');
    await rewrite(person.subject, {
      intent: {
        id: crypto.randomUUID(),
        openedAt: 1_767_225_600,
        leaseUntil: 0,
        changes: { username },
        revokesSessions: null,
        notify: [person.email],
      },
    });
    const { body } = await get(person.token);

    expect(body.username).toBe(username);
    const texts = (await mails(person.email)).map(({ text }) => text);
    expect(texts).toEqual([expect.stringContaining('2026-01-01 00:00 UTC')]);
  });

  it('is told of the e-mail that an operator set, at both addresses', async () => {
    const person = await aPerson();
    const email = anAddress();
    await setEmail(ports, person.subject, email);

    for (const address of [person.email, email]) {
      const texts = (await mails(address)).map(({ text }) => text);
      expect(texts).toEqual([expect.stringContaining('your e-mail address, now m***@u***')]);
    }
  });
});
