/**
 * The list of active superusers (docs/decisions/0027): made once for a table from before there was
 * one, compared with the accounts, and set right.
 */
import { isActiveSuperuser } from '../account/account-record.ts';
import { retryOnConflict } from '../self-service/retry.ts';
import type { OperatorPorts } from './ports.ts';

/** Makes the list complete where it is not: reads every account once. */
export async function ensureSuperusersListed(ports: OperatorPorts): Promise<void> {
  const { isComplete } = await ports.index.superusers();
  if (!isComplete) await listSuperusers(ports);
}

/**
 * Puts every active superuser on the list and takes everybody else off. Changes meanwhile are safe:
 * each of them writes the list as well.
 */
export async function listSuperusers(ports: OperatorPorts): Promise<void> {
  const { index, runtime } = ports;
  const { subjects } = await index.superusers();
  const wanted = await activeSuperusers(ports);
  for (const subject of wanted.symmetricDifference(subjects)) {
    await retryOnConflict(
      runtime,
      () => index.listSuperuser(subject),
      () => {},
    );
  }
  await index.completeSuperusers();
}

/** The active superusers among all accounts, by subject: reads everything once. */
export async function activeSuperusers({ index }: OperatorPorts): Promise<Set<string>> {
  const active = new Set<string>();
  for await (const { records } of index.pages()) {
    for (const one of records) if (isActiveSuperuser(one)) active.add(one.subject);
  }
  return active;
}

/**
 * True where the list differs from the accounts, by a second look at those that seem to.
 * @param found the active superusers that a scan has found
 * @param isAll true where it has found all, or those that it has not are to be read
 */
export async function superuserListDiffers(
  { index }: OperatorPorts,
  found: ReadonlySet<string>,
  isAll: boolean,
): Promise<boolean> {
  const listed = (await index.superusers()).subjects;
  const suspects = isAll ? found.symmetricDifference(listed) : found.difference(listed);
  const records = await index.recordsOf(suspects);
  const { subjects, isComplete } = await index.superusers();
  const isActive = (subject: string) => {
    const record = records.get(subject);
    return record !== undefined && isActiveSuperuser(record);
  };
  const differs = [...suspects].some((subject) => isActive(subject) !== subjects.has(subject));
  // Without any superuser there is nothing to list.
  return differs || (!isComplete && found.size > 0);
}
