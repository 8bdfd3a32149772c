import { describe, expect, it } from 'vitest';
import { explainInstallation } from '../../../../tools/support/python-environment.ts';

const failure = new Error('"python -m" ended with 1');

describe('explainInstallation', () => {
  it.each([
    "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(...)': /simple/botocore/",
    'ERROR: Could not find a version that satisfies the requirement botocore==1.43.106 (from versions: none)',
  ])('says that there is no network where pip says: %s', (line) => {
    expect(explainInstallation(failure, `before\n${line}\nafter`)).toMatchObject({
      message:
        'pip reached no package index: connect to the internet for this first start, or name an index with PIP_INDEX_URL.',
      cause: failure,
    });
  });

  it('leaves other failures as they are', () => {
    const line = 'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.';

    expect(explainInstallation(failure, line)).toBe(failure);
  });
});
