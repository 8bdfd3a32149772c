/** The operators' tools, each in a process of its own as operators run it. */
import { execFile } from 'node:child_process';
import { environmentWithoutAws, PROJECT_ROOT } from '../../tools/support/cloud-access.ts';

/** What a tool ended with. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a module of tools/, which is asked nothing: its standard input is at its end. */
export function runTool(
  name: string,
  args: readonly string[],
  variables: Record<string, string | undefined>,
): Promise<Outcome> {
  const env = { ...environmentWithoutAws(), ...variables };
  const options = { cwd: PROJECT_ROOT, env };
  return new Promise((resolve) => {
    const command = [`tools/${name}.ts`, ...args];
    const child = execFile(process.execPath, command, options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
    child.stdin?.end();
  });
}
