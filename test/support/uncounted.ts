/** A record but for what the refusal of a name writes: its count. */
import type { AccountRecord } from '../../lib/account/account-record.ts';

export function uncounted({ nameRefusals: _count, revision: _written, ...record }: AccountRecord) {
  return record;
}
