/** Registry of the secrets that tests use, shared by all test processes, for the search at the end of the run. */
import { appendFileSync, globSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Kinds of secrets. */
export const KINDS = ['password', 'token', 'client secret', 'e-mail'] as const;
export type Kind = (typeof KINDS)[number];

/** Shorter values are ordinary words, such as a password that is rejected for its length. */
const LEAST_LENGTH = { password: 8, token: 24, 'client secret': 16, 'e-mail': 8 };

interface Kept {
  kind: Kind | 'problem';
  value: string;
}

/** Folder with the secrets of one run, readable by its owner only. */
export class SecretRegistry {
  readonly #folder: string;
  readonly #kept = new Set<string>();

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#folder = folder;
  }

  /** Registers a secret. @returns false if it is too short to search for */
  add(kind: Kind, value: unknown): boolean {
    if (typeof value !== 'string' || value.length < LEAST_LENGTH[kind]) return false;
    this.#keep({ kind, value });
    return true;
  }

  /** Registers a received problem document, which is searched as well. */
  addProblem(body: string): void {
    this.#keep({ kind: 'problem', value: body });
  }

  #keep(kept: Kept): void {
    const line = JSON.stringify(kept);
    if (this.#kept.has(line)) return;
    this.#kept.add(line);
    appendFileSync(join(this.#folder, `${process.pid}.jsonl`), `${line}\n`, { mode: 0o600 });
  }

  /** All registered values by kind. */
  all(): Map<Kept['kind'], Set<string>> {
    const lines = globSync(join(this.#folder, '*.jsonl'))
      .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Kept);
    const byKind = Map.groupBy(lines, ({ kind }) => kind);
    return new Map([...byKind].map(([kind, kept]) => [kind, new Set(kept.map((k) => k.value))]));
  }
}
