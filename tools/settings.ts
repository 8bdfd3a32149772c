/**
 * `npm run settings`: writes docs/settings.md and the JSON Schema of settings files; a test finds them
 * stale. `-- check [stage]` checks the file of a stage, or all; `-- move [stage...]` moves settings
 * out of cdk.json. Exit codes: 0 fine, 1 something is wrong, 2 usage error.
 */
import { writeFile } from 'node:fs/promises';
import { SETTINGS_FILE, settingsDocument } from './checks/settings-document.ts';
import { SCHEMA_FILE, settingsJsonSchema } from './checks/settings-json-schema.ts';
import { checkStages } from './operators/settings-check.ts';
import { moveSettings } from './operators/settings-move.ts';
import { PROJECT_ROOT } from './support/cloud-access.ts';
import { UserFacingError } from './support/progress.ts';
import { exitWithUsage, parseWords } from './support/usage.ts';

const USAGE = `npm run settings                       writes docs/settings.md and the schema of settings files
npm run settings -- check [stage]      says what is wrong with settings/<stage>.json, or with all files
npm run settings -- move [stage...]    moves settings from cdk.json to settings/<stage>.json`;

const { positionals } = parseWords(USAGE, { allowPositionals: true });
const [command, ...stages] = positionals;

try {
  if (command === undefined) {
    await writeFile(SETTINGS_FILE, settingsDocument());
    await writeFile(SCHEMA_FILE, settingsJsonSchema());
  } else if (command === 'check' && stages.length <= 1) {
    if (!checkStages(PROJECT_ROOT, stages[0], console.log)) process.exitCode = 1;
  } else if (command === 'move') {
    const moved = moveSettings(PROJECT_ROOT, stages).map((stage) =>
      checkStages(PROJECT_ROOT, stage, console.log),
    );
    if (!moved.every(Boolean)) process.exitCode = 1;
  } else exitWithUsage(USAGE);
} catch (error) {
  console.error(error instanceof UserFacingError ? error.message : error);
  process.exitCode = 1;
}
