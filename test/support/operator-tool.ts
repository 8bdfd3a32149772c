/** Runs the operators' tools as child processes. */
import { execFile } from 'node:child_process';
import { environmentWithoutAws, PROJECT_ROOT } from '../../tools/support/cloud-access.ts';

/** Exit code and output of a tool. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a module of tools/ with empty standard input. */
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
