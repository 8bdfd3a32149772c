import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { INCONSISTENCIES } from '../../../../lib/operations/invariants.ts';
import { PROJECT_ROOT } from '../../../../tools/support/cloud-access.ts';

const [, text = ''] = readFileSync(join(PROJECT_ROOT, 'docs/runbook.md'), 'utf8').split(
  /^# Inconsistencies$/m,
);
const articles = new Map(
  text
    .split(/^### /m)
    .slice(1)
    .map((article) => [article.split('\n', 1)[0] ?? '', article]),
);

describe('the runbook', () => {
  it('has an article for each kind of inconsistency, and for no other', () => {
    expect([...articles.keys()]).toEqual(Object.keys(INCONSISTENCIES));
  });

  it.each(Object.keys(INCONSISTENCIES))(
    'says of %s what it means, where to look and how to fix it',
    (kind) => {
      const article = articles.get(kind) ?? '';
      for (const part of ['Meaning', 'Look', 'Fix']) {
        expect(article).toContain(`\n**${part}** `);
      }
    },
  );

  it('names commands there that the account tool has', () => {
    const source = ['account-tool', 'reading-commands', 'service-commands', 'verify-command'].map(
      (name) => readFileSync(join(PROJECT_ROOT, `tools/operators/${name}.ts`), 'utf8'),
    );
    const known = new Set(
      [...source.join().matchAll(/(?:'|")([a-z]+(?:-[a-z]+)*)(?: [<[][^'"]*)?(?:'|"),\n/g)].map(
        ([, name]) => name,
      ),
    );
    const named = [...text.matchAll(/`users ([a-z-]+)/g)].map(([, name]) => name);

    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it('links there to entries that exist', () => {
    const all = readFileSync(join(PROJECT_ROOT, 'docs/runbook.md'), 'utf8');
    const anchors = new Set(
      [...all.matchAll(/^#{2,3} (.+)$/gm)].map(([, title = '']) => title.toLowerCase()),
    );
    const links = [...text.matchAll(/\]\(#(\w+)\)/g)].map(([, anchor]) => anchor ?? '');

    expect(links.length).toBeGreaterThan(2);
    expect(links.filter((anchor) => !anchors.has(anchor))).toEqual([]);
  });
});
