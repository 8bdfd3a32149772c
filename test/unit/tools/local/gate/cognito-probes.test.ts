import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { COGNITO_PROBES } from '../../../../../tools/local/gate/cognito-probes.ts';

const GATE_FOLDER = join(import.meta.dirname, '../../../../../tools/local/gate');

it('has a probe for each module with a behaviour', () => {
  const modules = globSync('cognito-*.ts', { cwd: GATE_FOLDER })
    .filter((file) => /\bBehaviour\b/.test(readFileSync(join(GATE_FOLDER, file), 'utf8')))
    .map((file) => basename(file, '.ts'));

  expect(Object.keys(COGNITO_PROBES).sort()).toEqual(modules.sort());
});
