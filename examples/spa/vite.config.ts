/** The build takes the client from its sources (tsconfig.json), so that it needs no build of its own. */
import { defineConfig } from 'vite';

export default defineConfig({ resolve: { tsconfigPaths: true } });
