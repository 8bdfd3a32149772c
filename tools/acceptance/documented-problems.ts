/** The examples of docs/problems.md, to be compared with the problems of a deployment. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../support/cloud-access.ts';
import { objectIn } from './api-client.ts';

let problems: readonly Readonly<Record<string, unknown>>[] | undefined;

/** Every problem document that the documentation shows. */
export function documentedProblems() {
  problems ??= examplesIn(readFileSync(join(PROJECT_ROOT, 'docs', 'problems.md'), 'utf8'));
  return problems;
}

function examplesIn(text: string) {
  return [...text.matchAll(/```json\n(.+?)\n```/gs)].map(([, json = '']) => objectIn(json));
}
