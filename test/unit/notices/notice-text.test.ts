import { describe, expect, it } from 'vitest';
import { DEFAULT_TEXTS } from '../../../infra/settings/notice-settings.ts';
import type { Notice } from '../../../lib/notices/notice.ts';
import { renderNotice } from '../../../lib/notices/notice-text.ts';
import { NOW } from '../../support/builders.ts';
import { NOTICE_SETTINGS } from '../../support/notice-builders.ts';

const NOTICE: Notice = {
  to: 'ada@example.com',
  changed: ['email', 'password'],
  maskedEmail: 'c***@n***',
  at: NOW,
};
const { texts } = NOTICE_SETTINGS;

describe('the mail of a notice', () => {
  it('says in plain text what was changed, when, and how to get help', () => {
    const { subject, text } = renderNotice(NOTICE, NOTICE_SETTINGS);

    expect(subject).toBe('Your account was changed');
    expect(text).toBe(
      [
        'At 2026-01-01 00:00 UTC:',
        '- your e-mail address, now c***@n***\n- your password',
        'Not you? https://accounts.example/help\n',
      ].join('\n\n'),
    );
  });

  it('says the same in HTML', () => {
    const { html } = renderNotice(NOTICE, NOTICE_SETTINGS);

    const body = html.slice(html.indexOf('<body'));
    expect(
      body
        .replace(/<[^>]+>/g, ' ')
        .split(/\s+/)
        .join(' ')
        .trim(),
    ).toBe(
      'At 2026-01-01 00:00 UTC: your e-mail address, now c***@n*** your password Not you? https://accounts.example/help',
    );
    expect(html).toContain('<title>Your account was changed</title>');
  });

  it('has nothing to load and nothing to click', () => {
    const { html } = renderNotice(NOTICE, NOTICE_SETTINGS);

    const elements = [...html.matchAll(/<(\w+)/g)].map(([, name]) => name);
    expect(new Set(elements)).toEqual(
      new Set(['html', 'head', 'meta', 'title', 'body', 'p', 'ul', 'li']),
    );
    expect(html).not.toMatch(/href|src|url\(/);
  });

  it('escapes texts in HTML', () => {
    const own = { ...texts, subject: '<b>&"\'</b>', body: '<script>', password: '<i>' };
    const { html, text, subject } = renderNotice(NOTICE, { texts: own, help: '<a href="x">' });

    expect(html).not.toMatch(/<(b|script|i|a)\b/);
    expect(html).toContain('<p>&#60;script&#62;</p>');
    expect([subject, text]).toEqual(['<b>&"\'</b>', '<script>\n']);
  });

  it('leaves out the paragraph about help where no help is named', () => {
    const { text, html } = renderNotice(NOTICE, { texts, help: null });

    expect(text).not.toContain('Not you?');
    expect(html).not.toContain('Not you?');
  });

  it('says that the address was removed', () => {
    const { text } = renderNotice({ ...NOTICE, maskedEmail: null }, NOTICE_SETTINGS);

    expect(text).toContain('- your e-mail address, removed');
  });

  it('leaves a placeholder that it does not know as it is', () => {
    const { text } = renderNotice(NOTICE, { texts: { ...texts, body: '{name} {time}' }, help: '' });

    expect(text).toBe('{name} 2026-01-01 00:00 UTC\n');
  });

  it('has texts that use every placeholder', () => {
    const { text } = renderNotice(
      { ...NOTICE, changed: ['username', 'email', 'password'] },
      { texts: DEFAULT_TEXTS, help: 'call 1234' },
    );

    for (const value of [
      '2026-01-01 00:00 UTC',
      'username',
      'c***@n***',
      'password',
      'call 1234',
    ]) {
      expect(text).toContain(value);
    }
    expect(text).not.toMatch(/[{}]/);
  });
});
