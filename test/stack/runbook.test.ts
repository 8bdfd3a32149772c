import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LOG_QUERIES, type LogQuery } from '../../infra/monitoring/log-queries.ts';
import { PROJECT_ROOT, resourcesOf, synthesised } from './synthesised.ts';

// Those of inconsistencies have a test of their own: test/unit/tools/operators.
const [runbook = ''] = readFileSync(join(PROJECT_ROOT, 'docs', 'runbook.md'), 'utf8').split(
  /^# Inconsistencies$/m,
);
const entries = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map((text) => [text.split('\n', 1)[0]?.toLowerCase() ?? '', text]),
);
const queries = new Map(
  Object.entries<LogQuery>(LOG_QUERIES).map(([name, { lines }]) => [name, lines.join('\n| ')]),
);

/** With events and notices, which have alarms of their own. */
const template = synthesised({
  stage: 'production',
  eventBus: 'accounts',
  noticesFrom: 'no-reply@example.com',
});
const alarms = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].flatMap((type) =>
  resourcesOf(template, type),
);
const anchorOf = (description: string) => /docs\/runbook\.md#(\w+)$/.exec(description)?.[1] ?? '';

describe('the runbook', () => {
  it.each(alarms.map(({ id, Properties }) => [id, String(Properties.AlarmDescription)]))(
    'has the entry that %s names',
    (_id, description) => {
      expect([...entries.keys()]).toContain(anchorOf(description));
    },
  );

  it('has no entry without an alarm of its name', () => {
    const named = new Set(alarms.map(({ Properties }) => anchorOf(Properties.AlarmDescription)));

    expect([...entries.keys()].filter((name) => !named.has(name))).toEqual([]);
    for (const name of entries.keys()) {
      expect(
        alarms.some(({ id }) => id.slice(0, -8).toLowerCase().endsWith(name)),
        name,
      ).toBe(true);
    }
  });

  it.each([...entries])(
    'states for %s what it means, where to look and how to fix it',
    (_, text) => {
      for (const part of ['Meaning', 'Look', 'Fix']) expect(text).toContain(`\n**${part}** `);
    },
  );

  it('links to entries that exist', () => {
    const links = [...runbook.matchAll(/\]\(#(\w+)\)/g)].map(([, anchor]) => anchor);

    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((anchor) => !entries.has(anchor ?? ''))).toEqual([]);
  });

  it('quotes every saved query, word for word and under its name', () => {
    const quoted = [...runbook.matchAll(/`([a-z-]+)`:\n\n```insights\n([^`]+)\n```/g)];

    expect(Object.fromEntries(quoted.map(([, name, text]) => [name, text]))).toEqual(
      Object.fromEntries(queries),
    );
    expect(runbook.match(/```insights/g)).toHaveLength(quoted.length);
  });
});
