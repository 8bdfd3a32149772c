/** The words after a command: what it takes, or its usage instead of an error of Node.js. */
import { type ParseArgsConfig, parseArgs } from 'node:util';

const EXIT_USAGE = 2;

/** Parses them; `--help` prints the usage and ends the program, and so do words that it does not take. */
export function parseWords<const Config extends ParseArgsConfig>(usage: string, config: Config) {
  if (process.argv.slice(2).some((word) => word === '--help' || word === '-h')) {
    console.log(usage);
    process.exit(0);
  }
  try {
    return parseArgs(config);
  } catch {
    return exitWithUsage(usage);
  }
}

/** Ends the program, because its words are wrong. */
export function exitWithUsage(usage: string): never {
  console.error(usage);
  process.exit(EXIT_USAGE);
}
