/** `npm run settings`: writes docs/settings.md from the settings' schema. A test finds it stale. */
import { writeFile } from 'node:fs/promises';
import { SETTINGS_FILE, settingsDocument } from './checks/settings-document.ts';

await writeFile(SETTINGS_FILE, settingsDocument());
