/** Writes what AWS answered into a file in the form of tools/local/gate/aws-observations.json. */
import { readFile, writeFile } from 'node:fs/promises';
import * as v from 'valibot';
import { UserFacingError } from '../support/progress.ts';
import type { Answer } from './open-questions.ts';

const FileSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.record(
    v.string(),
    v.strictObject({
      question: v.string(),
      assumed: v.string(),
      observed: v.nullable(v.string()),
      observedAt: v.nullable(v.string()),
      source: v.string(),
    }),
  ),
);

/** Checks the file before a run, so that no answer is lost for it. @throws UserFacingError */
export async function readObservationsFile(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  if (v.is(FileSchema, text)) return text;
  throw new UserFacingError(`${path} is no file of observations.`);
}

/** Writes the answers to the file's questions. */
export async function recordAnswers(
  path: string,
  answers: readonly Answer[],
  observedAt: string,
): Promise<void> {
  await writeFile(path, withAnswers(await readObservationsFile(path), answers, observedAt));
}

/**
 * The text of the file with the answers; a question without one keeps what it had.
 * @param observedAt a date, as YYYY-MM-DD
 */
export function withAnswers(text: string, answers: readonly Answer[], observedAt: string): string {
  const given = new Map(answers.map(({ question, answer }) => [question, answer]));
  const observations = Object.entries(v.parse(FileSchema, text)).map(([name, entry]) => {
    const observed = given.get(name) ?? null;
    return [name, observed === null ? entry : { ...entry, observed, observedAt }];
  });
  return `${JSON.stringify(Object.fromEntries(observations), null, 2)}\n`;
}
