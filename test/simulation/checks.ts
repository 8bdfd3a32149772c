/** What must hold after a history: each check names what it finds. */
import type { AccountRecord } from '../../lib/account/account-record.ts';

/** One setting of one field, as a register has it. */
export interface Write {
  subject: string;
  field: string;
  value: unknown;
  startMs: number;
  /** Infinity where nobody was told that it is done. */
  endMs: number;
  by: string;
  /** True for a value that nobody chose here: none of its kind follows one that somebody did. */
  isGiven?: true;
}

/** An account as an answer gave it. */
export interface Read {
  by: string;
  startMs: number;
  endMs: number;
  record: AccountRecord;
}

/** Something that does not hold. */
export interface Violation {
  kind: string;
  detail: string;
}

/** Fields that are checked; those of SSO accounts come from the identity provider. */
const FIELDS = [
  'username',
  'email',
  'name',
  'company',
  'job_title',
  'metadata',
  'is_active',
  'is_superuser',
  'password_expired',
] as const;

/**
 * Whether a value may be read between two moments: it is of a write that began before the end, and
 * no acknowledged write came wholly between the end of that write and the read. A value that was
 * given never follows an acknowledged choice.
 */
function explains(writes: Write[], value: unknown, startMs: number, endMs: number): boolean {
  const acknowledged = writes.filter((write) => write.endMs < startMs);
  return writes.some(
    (write) =>
      write.value === value &&
      write.startMs < endMs &&
      !acknowledged.some(
        (later) => later.startMs > write.endMs || (write.isGiven && !later.isGiven),
      ),
  );
}

/** Fields of an account whose value no write explains. */
export function checkRead(writes: Write[], read: Read, kind: string): Violation[] {
  const { account, subject } = read.record;
  const own = writes.filter((write) => write.subject === subject);
  return FIELDS.flatMap((field): Violation[] => {
    const given = own.filter((write) => write.field === field);
    if (given.length === 0 || explains(given, account[field], read.startMs, read.endMs)) return [];
    const detail = `${read.by} finds ${field} ${JSON.stringify(account[field])}, not one of`;
    return [{ kind: `${kind}_${field}`, detail: `${detail} ${inWords(given)}` }];
  });
}

/** The password in force, against those that were set. */
export function checkPassword(writes: Write[], subject: string, password: unknown): Violation[] {
  const given = writes.filter((write) => write.subject === subject && write.field === 'password');
  if (explains(given, password, Infinity, Infinity)) return [];
  return [{ kind: 'password', detail: `${password} is in force, not one of ${inWords(given)}` }];
}

function inWords(writes: Write[]): string {
  return writes
    .map(({ by, value, startMs, endMs }) => {
      const end = Number.isFinite(endMs) ? endMs.toFixed() : 'open';
      return `${JSON.stringify(value)} (${by}, ${startMs.toFixed()} to ${end})`;
    })
    .join('; ');
}
