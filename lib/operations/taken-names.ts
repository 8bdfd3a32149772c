/** Names that an operator's command must not give away. */
import { foldName } from '../account/names.ts';
import type { OperatorPorts, RestingName } from './ports.ts';

/** Those names, folded, that others hold or that rest for others than the subject. */
export async function takenNames(
  { index, runtime }: OperatorPorts,
  names: readonly string[],
  subject: string | null,
): Promise<Set<string>> {
  const folded = names.map(foldName);
  const holders = await index.holdersOf(folded);
  const now = runtime.nowSeconds();
  const resting = (await index.restingOf(folded.filter((name) => !holders.has(name)))).values();
  const isOthers = (one: RestingName) => one.restingFor !== subject && one.until > now;
  return new Set([...holders.keys(), ...resting.filter(isOthers).map(({ name }) => name)]);
}
