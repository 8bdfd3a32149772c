import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ALL_SETTINGS } from '../../tools/checks/all-settings.ts';
import { PROJECT_ROOT, synthesised, templateOf } from '../stack/synthesised.ts';
import { BILLED, billedCounts, FREE, typesOf } from './billed-resources.ts';
import { COST_PAGE, DEPLOYMENTS, idleCost } from './cost-document.ts';
import { PRICES } from './cost-model.ts';

/** With a DNS record, which no other one makes. */
const ZONE = synthesised(ALL_SETTINGS);

describe('docs/cost.md', () => {
  it('is what the templates and the last simulation say: run npm run cost', async () => {
    const { current, made } = await COST_PAGE.texts();

    expect(current).toBe(made);
    expect(current.match(/<!-- \w+: made by npm run cost -->/g)).toHaveLength(7);
    expect(current).toContain(`US dollars in ${PRICES.region}.`);
    expect(current).toContain(`an assumption of ${PRICES.assumedOn}`);
  });

  it.each(Object.entries({ ...DEPLOYMENTS, local: templateOf('local') }))(
    'has thought of every type of resource in %s',
    (_, template) => {
      const known = new Set([...Object.keys(BILLED), ...FREE]);

      expect([...typesOf(template).keys()].filter((type) => !known.has(type))).toEqual([]);
    },
  );

  it('names no type as free that is billed, and none that no deployment makes', () => {
    const made = new Set(
      Object.values({ ...DEPLOYMENTS, zone: ZONE }).flatMap((one) => [...typesOf(one).keys()]),
    );

    expect(FREE.filter((type) => type in BILLED)).toEqual([]);
    expect([...Object.keys(BILLED), ...FREE].filter((type) => !made.has(type))).toEqual([]);
  });

  it('counts an alarm on an expression once for each of its metrics', () => {
    const { alarmMetrics } = billedCounts(templateOf('production'));
    const { alarmMetrics: withNotices } = billedCounts(
      synthesised({ stage: 'production', noticesFrom: 'no-reply@example.com' }),
    );

    // One of each function.
    expect(withNotices - alarmMetrics).toBe(2);
  });

  it('says in the README what a deployment costs without calls', async () => {
    const readme = await readFile(join(PROJECT_ROOT, 'README.md'), 'utf8');
    const idle = idleCost(billedCounts(templateOf('production')));

    expect(readme).toContain(`about $${Math.round(idle)} a month`);
  });
});
