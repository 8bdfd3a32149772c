/**
 * Leaves the error classes of DynamoDB out of the functions' bundles, but for those whose members
 * are read. The SDK makes an error of the same name and status from its base class where no class is
 * registered.
 */
import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** Errors that carry more than a name and a message: the item, and the reasons. */
const DETAILED_ERRORS = ['ConditionalCheckFailedException', 'TransactionCanceledException'];
const REGISTRATION = /^n0_registry\.registerError\((\w+)\$, \1\);$/gm;

/**
 * @param schemas source of the SDK's module that registers the errors
 * @throws Error where it registers them in another way, or has none of one of those names
 */
export function withDetailedErrorsOnly(schemas: string): string {
  const registered = new Set(Array.from(schemas.matchAll(REGISTRATION), ([, name]) => name));
  const missing = DETAILED_ERRORS.filter((name) => !registered.has(name));
  if (missing.length > 0) throw new Error(`The SDK does not register ${missing.join(', ')}`);
  return schemas.replace(REGISTRATION, (line, name) =>
    DETAILED_ERRORS.includes(name) ? line : '',
  );
}

export const DYNAMODB_ERRORS: Plugin = {
  name: 'dynamodb-errors',
  setup({ onLoad, onEnd }) {
    let [isUsed, isMet] = [false, false];
    onLoad({ filter: /[\\/]@aws-sdk[\\/]client-dynamodb[\\/].*[\\/]DynamoDBClient\.js$/ }, () => {
      isUsed = true;
      return undefined;
    });
    onEnd(() => {
      if (isMet || !isUsed) return undefined;
      return { errors: [{ text: 'client-dynamodb has no schemas_0 any more' }] };
    });
    const filter = /[\\/]@aws-sdk[\\/]client-dynamodb[\\/].*[\\/]schemas_\d+\.js$/;
    onLoad({ filter }, async ({ path }) => {
      isMet = true;
      return { contents: withDetailedErrorsOnly(await readFile(path, 'utf8')) };
    });
  },
};
