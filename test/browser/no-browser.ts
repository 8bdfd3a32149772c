/** Placeholder for the browser tests on machines without a browser. */
import { it } from 'vitest';

it.skip('needs a Chromium: install one, or name it in CHROMIUM_PATH', () => undefined);
