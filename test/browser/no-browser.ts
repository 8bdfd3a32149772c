/** Stands for the browser tests where there is no browser. */
import { it } from 'vitest';

it.skip('needs a Chromium: install one, or name it in CHROMIUM_PATH', () => undefined);
