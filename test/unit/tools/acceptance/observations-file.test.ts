import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  readObservationsFile,
  recordAnswers,
  withAnswers,
} from '../../../../tools/acceptance/observations-file.ts';
import { UserFacingError } from '../../../../tools/support/progress.ts';

const entry = (assumed: string, observed: string | null = null) => ({
  question: 'What?',
  assumed,
  observed,
  observedAt: observed === null ? null : '2026-01-01',
  source: 'https://docs.example/',
});
const FILE = JSON.stringify({ one: entry('new'), two: entry('new', 'kept') });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'observations-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('answers', () => {
  it('are written beside the question, with their date', () => {
    const answers = [{ question: 'one', answer: 'kept', note: '' }];

    expect(JSON.parse(withAnswers(FILE, answers, '2026-11-27'))).toEqual({
      one: { ...entry('new'), observed: 'kept', observedAt: '2026-11-27' },
      two: entry('new', 'kept'),
    });
  });

  it('leave a question as it was where there is none, and add no question', () => {
    const answers = [
      { question: 'two', answer: null, note: '' },
      { question: 'three', answer: 'kept', note: '' },
    ];

    expect(JSON.parse(withAnswers(FILE, answers, '2026-11-27'))).toEqual(JSON.parse(FILE));
  });

  it('are put into the file', async () => {
    const path = join(folder, 'observations.json');
    await writeFile(path, FILE);

    await recordAnswers(path, [{ question: 'one', answer: 'kept', note: '' }], '2026-11-27');

    expect(JSON.parse(await readFile(path, 'utf8')).one.observed).toBe('kept');
  });
});

describe('a file of observations', () => {
  it.each([
    ['is missing', null],
    ['is no JSON', '{'],
    ['has another form', '{"one":{"question":"What?"}}'],
  ])('is refused where it %s, before anything is asked', async (_name, text) => {
    const path = join(folder, 'observations.json');
    if (text !== null) await writeFile(path, text);

    await expect(readObservationsFile(path)).rejects.toThrow(UserFacingError);
  });
});
