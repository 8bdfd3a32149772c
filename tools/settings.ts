/** `npm run settings`: generates docs/settings.md from the settings' schema. A test fails when it is stale. */
import { writeFile } from 'node:fs/promises';
import { SETTINGS_FILE, settingsDocument } from './checks/settings-document.ts';

await writeFile(SETTINGS_FILE, settingsDocument());
