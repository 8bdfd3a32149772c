/** Compares problems of a deployment with the examples of docs/problems.md. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../support/cloud-access.ts';
import { objectIn } from './api-client.ts';

/** The body of a response. */
type Body = Readonly<Record<string, unknown>>;

let problems: readonly Body[] | undefined;

/** Every problem document that the documentation shows. */
export function documentedProblems(): readonly Body[] {
  problems ??= examplesIn(readFileSync(join(PROJECT_ROOT, 'docs', 'problems.md'), 'utf8'));
  return problems;
}

function examplesIn(text: string): Body[] {
  return [...text.matchAll(/```json\n(.+?)\n```/gs)].map(([, json = '']) => objectIn(json));
}

/** How a body compares with the examples of its code that have the same errors; null for none. */
export function comparedWithExamples(body: Body): 'as documented' | 'not as documented' | null {
  const { code } = body;
  const errors = String(errorPairs(body));
  const examples = documentedProblems().filter(
    (example) => example['code'] === code && String(errorPairs(example)) === errors,
  );
  if (examples.length === 0) return null;
  const isSame = examples.some((example) => comparableText(example) === comparableText(body));
  return isSame ? 'as documented' : 'not as documented';
}

/** Pointer and code of each error, for example `/name empty`. */
export function errorPairs({ errors: listed }: Body): string[] {
  const errors: unknown[] = Array.isArray(listed) ? listed : [];
  return errors.map((error) =>
    typeof error === 'object' && error !== null
      ? `${Reflect.get(error, 'pointer')} ${Reflect.get(error, 'code')}`
      : String(error),
  );
}

/** Of the members beside those of every problem the name alone: requests have values of their own. */
function comparableText({ type, title, status, detail, code, errors, ...others }: Body): string {
  const names = Object.keys(others).toSorted();
  return JSON.stringify({ type, title, status, detail, code, errors, names });
}
