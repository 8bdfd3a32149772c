import { describe, expect, it } from 'vitest';
import { parseStageConfig } from '../../../../infra/settings/stage-config.ts';
import { canWriteLogs } from '../../../../tools/operators/log-role-check.ts';

const ROLE = 'arn:aws:iam::111122223333:role/api-logs';

/** Asks about a deployment where API Gateway has that role, or does not say. */
async function asked(settings: object | null, found: string | null | Error) {
  const [regions, printed]: [(string | null)[], string[]] = [[], []];
  const read = async (region: string | null) => {
    regions.push(region);
    if (found instanceof Error) throw found;
    return found;
  };
  const config = settings && parseStageConfig({ stage: 'dev', ...settings });
  const may = await canWriteLogs(config, read, (line) => printed.push(line));
  return { may, regions, printed: printed.join('\n') };
}

describe('the log role of API Gateway', () => {
  it('is kept in silence where there is one', async () => {
    const outcome = await asked({ region: 'eu-west-1' }, ROLE);

    expect(outcome).toEqual({ may: true, regions: ['eu-west-1'], printed: '' });
  });

  it('stops a deployment where there is none, and says how it is made', async () => {
    const { may, regions, printed } = await asked({}, null);

    expect({ may, regions }).toEqual({ may: false, regions: [null] });
    expect(printed).toMatch(/^Nothing was deployed: .* -c accessLogRole=create /);
  });

  it('is made in silence where there is none and the settings say so', async () => {
    const outcome = await asked({ accessLogRole: 'create' }, null);

    expect(outcome).toEqual({ may: true, regions: [null], printed: '' });
  });

  it('is named where a deployment would put another in its place', async () => {
    const { may, printed } = await asked({ accessLogRole: 'create' }, ROLE);

    expect(may).toBe(true);
    expect(printed).toContain(ROLE);
    expect(printed).toContain('Set accessLogRole to existing');
  });

  it('stops nothing where it cannot be read, and says so', async () => {
    const { may, printed } = await asked({}, new Error('AccessDenied'));

    expect(may).toBe(true);
    expect(printed).toBe('The log role of API Gateway was not checked: Error: AccessDenied');
  });

  it('is not asked for on the local cloud, nor with settings that the app refuses', async () => {
    const silent = { may: true, regions: [], printed: '' };

    expect(await asked({ stage: 'local', purpose: 'local' }, null)).toEqual(silent);
    expect(await asked(null, null)).toEqual(silent);
  });
});
