/** Ports of the account tool whose writes are audited, and counted. */
import type { AccountRecord } from '../../lib/account/account-record.ts';
import { UnavailableError } from '../../lib/account/errors.ts';
import { NAME_KEY_PREFIX, USER_KEY_PREFIX } from '../../lib/contract.ts';
import type { AuditActor, SubjectEvent } from '../../lib/log.ts';
import type { OperatorPorts } from '../../lib/operations/ports.ts';
import { accountChange } from '../../lib/self-service/events.ts';
import type { AuditTrail, Written } from './audit-trail.ts';

/** What a run has done so far. */
export interface Journal {
  /** Writes that were carried out, or may have been. */
  writes: number;
}

type WithoutActor<Event> = Event extends unknown ? Omit<Event, keyof AuditActor> : never;
type Noted = WithoutActor<Written> | null;

/**
 * The same ports. The trail is open before any write of table or directory, and every write of a record
 * has its line after it, as have a name that was freed, an item that was removed and second factors that
 * were turned off.
 */
export function audited(
  ports: OperatorPorts,
  trail: AuditTrail,
  journal: Journal = { writes: 0 },
): OperatorPorts {
  const { store, index, directory, admin } = ports;
  const write =
    <Given extends unknown[], Result>(
      call: (...given: Given) => Promise<Result>,
      noted: (result: Result, ...given: Given) => Noted = () => null,
    ) =>
    async (...given: Given): Promise<Result> => {
      const origin = await trail.open();
      // Counted before it is sent: whoever interrupts it cannot know what became of it.
      journal.writes += 1;
      const result = await call(...given).catch((error) => {
        if (!(error instanceof UnavailableError)) journal.writes -= 1;
        throw error;
      });
      const event = noted(result, ...given);
      if (event !== null) await trail.write({ ...event, ...origin });
      return result;
    };
  return {
    ...ports,
    store: {
      ...store,
      create: write(store.create, (_, { subject }) => of('ACCOUNT_CREATED', subject)),
      replace: write(store.replace, (after, before) => changed(before, after)),
      remove: write(store.remove, (_, subject, record) => record && of('ACCOUNT_DELETED', subject)),
    },
    index: {
      ...index,
      move: write(index.move, (after, before) => changed(before, after)),
      endRest: write(index.endRest, (isFreed, _name, restingFor) =>
        isFreed ? of('NAME_FREED', restingFor) : null,
      ),
      reserveName: write(index.reserveName),
      freeName: write(index.freeName),
      listSuperuser: write(index.listSuperuser),
      completeSuperusers: write(index.completeSuperusers),
      removeUnreadable: write(index.removeUnreadable, (isRemoved, key, { holder }) =>
        isRemoved ? of('ACCOUNT_ITEM_REMOVED', subjectOfItem(key, holder)) : null,
      ),
    },
    directory: {
      ...directory,
      setNames: write(directory.setNames),
      setEnabled: write(directory.setEnabled),
      setPassword: write(directory.setPassword),
      signOutEverywhere: write(directory.signOutEverywhere),
    },
    admin: {
      ...admin,
      createPerson: write(admin.createPerson),
      setTemporaryPassword: write(admin.setTemporaryPassword),
      turnOffSecondFactors: write(admin.turnOffSecondFactors, (_, { subject }) =>
        of('ACCOUNT_SECOND_FACTORS_OFF', subject),
      ),
      removePerson: write(admin.removePerson),
      createClient: write(admin.createClient),
      restrictClient: write(admin.restrictClient),
      removeClient: write(admin.removeClient),
    },
  };
}

/** Of an item that nobody can read. The key of a name has the name in it, which no line may. */
function subjectOfItem(key: string, holder: unknown): string {
  if (key.startsWith(NAME_KEY_PREFIX)) return typeof holder === 'string' ? holder : 'unknown';
  return key.replace(USER_KEY_PREFIX, '');
}

function of(event: SubjectEvent, subject: string): Noted {
  return { event, subject };
}

function changed(before: AccountRecord, after: AccountRecord): Noted {
  return accountChange(before, after, changedParts(before, after));
}

/** Parts of a record that follow from every change. */
const COUNTED = new Set(['version', 'revision', 'updatedAt', 'fieldVersions']);

/** Names of the account's fields and the record's other members that differ. */
function changedParts(before: AccountRecord, after: AccountRecord): string[] {
  const { account, ...rest } = after;
  const differing = <Part extends object>(now: Part, old: Part) =>
    Object.entries(now)
      .filter(([name, value]) => !isSame(value, Reflect.get(old, name)))
      .map(([name]) => name);
  const parts = differing(rest, { ...before }).filter((part) => !COUNTED.has(part));
  return [...differing(account, before.account), ...parts];
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
