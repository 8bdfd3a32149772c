/** Commands of the account tool that show what is stored, and remove what nobody can read. */
import { writeFile } from 'node:fs/promises';
import { OperationError } from '../../lib/operations/account-lookup.ts';
import {
  findRawItem,
  type RawItem,
  refuseReadable,
  removeRawItem,
} from '../../lib/operations/raw-items.ts';
import { lookUp } from './account-command.ts';
import { describeAccount } from './account-description.ts';
import { type CommandContext, command, confirm, type Result } from './command-line.ts';
import { type ReadingOptions, withReadingOptions } from './command-options.ts';

/** A raw item as output. */
function describeRawItem({ key, item }: RawItem): Result {
  const text = JSON.stringify(item, plain, 2);
  return { json: { key, item: JSON.parse(text) }, text };
}

/** The same as JSON, which knows no sets and no bytes. */
function plain(_key: string, value: unknown): unknown {
  if (value instanceof Set) return [...value];
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
}

/**
 * Writes the output to a new file, which only its owner can read.
 * @throws OperationError where the file exists or cannot be written
 */
async function writtenTo(file: string, { json }: Result): Promise<Result> {
  const text = `${JSON.stringify(json, null, 2)}\n`;
  await writeFile(file, text, { flag: 'wx', mode: 0o600 }).catch((error: { code?: string }) => {
    const reason = error.code === 'EEXIST' ? 'it exists already' : error.code;
    throw new OperationError(`The file ${file} cannot be written: ${reason}.`);
  });
  return { json: { file }, text: `Written to ${file}.` };
}

interface ShowOptions extends ReadingOptions {
  raw?: true;
}
const shown = async (context: CommandContext<ShowOptions>) =>
  context.options.raw
    ? describeRawItem(await findRawItem(context.ports, context.name))
    : describeAccount(await lookUp(context));
const RAW = 'the item as it is stored, also where it cannot be read; by id or by its key';

/** Adds the commands `show` and `export` to the account tool. */
export function addReadingCommands(): void {
  withReadingOptions(
    command<ShowOptions>(
      'show <account>',
      'show an account, by username, e-mail, id, or client id of a service',
      shown,
    ),
  ).option('--raw', RAW);

  withReadingOptions(
    command<ShowOptions & { to?: string }>(
      'export <account>',
      'everything stored about an account, as JSON',
      async (context) => {
        const { json } = await shown(context);
        const { to } = context.options;
        const all = { json, text: JSON.stringify(json, null, 2) };
        return to === undefined ? all : writtenTo(to, all);
      },
    ),
  )
    .option('--raw', RAW)
    .option('--to <file>', 'write it to a new file instead');
}

/** Adds the command `remove-item` to the account tool. */
export function addRemoveItem(): void {
  command(
    'remove-item <key>',
    'remove an item that cannot be read, and print it (asks first)',
    async ({ ports, name, place }) => {
      const shown = await findRawItem(ports, name);
      refuseReadable(shown);
      await confirm(`remove the item "${shown.key}" for good on ${place}`);
      await removeRawItem(ports, shown);
      const { json, text } = describeRawItem(shown);
      return { json: { removed: json }, text: `Removed:\n${text}` };
    },
  );
}
