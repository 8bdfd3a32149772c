/** `npm run cost`: writes the tables of docs/cost.md. A test finds them stale. */
import { COST_PAGE } from './cost-document.ts';

await COST_PAGE.write();
