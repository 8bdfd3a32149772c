/** Reads cdk.json, which holds CDK's own flags alone. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

const CdkFileSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.looseObject({ context: v.optional(v.record(v.string(), v.unknown()), {}) }),
);

/** The path of the file. @param root its folder */
export function cdkFileIn(root: string): string {
  return join(root, 'cdk.json');
}

/** The content of the file; without one, no context. @param root its folder */
export function readCdkFile(root: string): v.InferOutput<typeof CdkFileSchema> {
  const file = cdkFileIn(root);
  return v.parse(CdkFileSchema, existsSync(file) ? readFileSync(file, 'utf8') : '{}');
}
