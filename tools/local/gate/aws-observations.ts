/**
 * Questions about AWS that its documentation leaves open. What was observed there, or else what is
 * assumed, decides what the gate does.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

const AnswersSchema = v.strictObject({
  cookie_sign_in_auth_time: v.picklist(['new', 'kept']),
  email_form_preferred_username: v.picklist(['accepted', 'refused']),
  sign_out_of_disabled_user: v.picklist(['accepted', 'refused']),
  mail_by_admin_update: v.picklist(['mailed', 'silent']),
  deployment_after_moved_alias: v.picklist(['accepted', 'refused']),
});
/** An answer to each question. */
export type Answers = v.InferOutput<typeof AnswersSchema>;

const ObservationsSchema = v.record(
  v.string(),
  v.strictObject({
    question: v.string(),
    assumed: v.string(),
    /** What AWS did; null until somebody has looked. */
    observed: v.nullable(v.string()),
    observedAt: v.nullable(v.pipe(v.string(), v.isoDate())),
    source: v.pipe(v.string(), v.url()),
  }),
);

/** Answers for now: a test may give others than the file. */
export interface Observations {
  readonly answers: Readonly<Answers>;
  /** @throws ValiError for an unknown question or answer */
  override(answers: unknown): void;
}

/** The answers of a file in the form of aws-observations.json. */
export function parseObservations(text: string): Answers {
  const questions = v.parse(v.pipe(v.string(), v.parseJson(), ObservationsSchema), text);
  const answers = Object.entries(questions).map(([name, { assumed, observed }]) => [
    name,
    observed ?? assumed,
  ]);
  return v.parse(AnswersSchema, Object.fromEntries(answers));
}

/** The observations of the project. */
export function readObservations(): Observations {
  const file = join(import.meta.dirname, 'aws-observations.json');
  const answers = parseObservations(readFileSync(file, 'utf8'));
  return {
    answers,
    override: (given) => {
      Object.assign(answers, v.parse(v.partial(AnswersSchema), given));
    },
  };
}
