/** A notice as a mail: plain text, and the same as HTML without anything to load or to click. */
import type { Notice } from './notice.ts';
import type { NoticeSettings } from './notice-settings.ts';

/** The mail's texts. */
export interface NoticeMail {
  subject: string;
  text: string;
  html: string;
}

/** Fills in the texts of the settings. */
export function renderNotice(
  { changed, maskedEmail, at }: Notice,
  { texts, help }: Pick<NoticeSettings, 'texts' | 'help'>,
): NoticeMail {
  const nameOf = (field: Notice['changed'][number]) => {
    if (field !== 'email') return texts[field];
    return maskedEmail === null ? texts.emailRemoved : fill(texts.email, { email: maskedEmail });
  };
  const changes = changed.map(nameOf);
  const values = { time: inUtc(at), help: help ?? '' };
  const paragraphs = texts.body
    .split(/\n{2,}/)
    .filter((paragraph) => help !== null || !paragraph.includes('{help}'))
    .map((paragraph) => (paragraph === '{changes}' ? changes : fill(paragraph, values)));
  const subject = fill(texts.subject, values);
  return {
    subject,
    text: `${paragraphs.map(asText).join('\n\n')}\n`,
    html: document(subject, paragraphs.map(asHtml).join('\n')),
  };
}

/** A placeholder of another name stays as it is. */
function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (placeholder, name) => values[name] ?? placeholder);
}

function inUtc(epochSeconds: number): string {
  return `${new Date(epochSeconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function asText(paragraph: string | string[]): string {
  return typeof paragraph === 'string'
    ? paragraph
    : paragraph.map((item) => `- ${item}`).join('\n');
}

function asHtml(paragraph: string | string[]): string {
  if (typeof paragraph === 'string') return `<p>${escaped(paragraph)}</p>`;
  return `<ul>${paragraph.map((item) => `<li>${escaped(item)}</li>`).join('')}</ul>`;
}

function document(title: string, body: string): string {
  return [
    '<!doctype html>',
    '<html>',
    `<head><meta charset="utf-8"><title>${escaped(title)}</title></head>`,
    '<body style="font: 1rem/1.5 sans-serif; max-width: 40em">',
    body,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
