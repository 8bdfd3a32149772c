/** `npm run cost`: writes the tables of docs/cost.md. A test finds them stale. */
import { writeCostDocument } from './cost-document.ts';

await writeCostDocument();
