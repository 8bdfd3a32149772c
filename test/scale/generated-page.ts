/** A page of docs whose tables one command makes from the stored figures. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../tools/support/cloud-access.ts';
import type { ScaleFigures } from './simulation.ts';

/** Figures of the last complete run of `npm run simulate`. */
export const FIGURES_FILE = join(PROJECT_ROOT, 'docs', 'scale.json');

/** Reads them. */
export async function keptFigures(): Promise<ScaleFigures> {
  return JSON.parse(await readFile(FIGURES_FILE, 'utf8'));
}

/** The page. */
export interface GeneratedPage {
  /** What it is, and what it should be. */
  texts: () => Promise<{ current: string; made: string }>;
  /** Writes its tables. */
  write: () => Promise<void>;
}

/**
 * The page in docs of that name. A table stands between `<!-- name: made by npm run <command> -->`
 * and `<!-- end -->`.
 */
export function generatedPage(
  name: string,
  command: string,
  tables: Readonly<Record<string, (figures: ScaleFigures) => string>>,
): GeneratedPage {
  const file = join(PROJECT_ROOT, 'docs', name);
  const place = new RegExp(
    `(<!-- (\\w+): made by npm run ${command} -->\\n).*?(?=<!-- end -->)`,
    'gs',
  );
  const texts = async () => {
    const figures = await keptFigures();
    const current = await readFile(file, 'utf8');
    const made = current.replace(place, (_all, head: string, table: string) => {
      const make = tables[table];
      if (!make) throw new Error(`There is no table ${table}`);
      return `${head}\n${make(figures)}\n\n`;
    });
    return { current, made };
  };
  return { texts, write: async () => writeFile(file, (await texts()).made) };
}

export const dollars = (value: number) => `$${value.toFixed(2)}`;
