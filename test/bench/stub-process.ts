/** Starts the stub of AWS in a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { execPath } from 'node:process';

/** The stub ends with this process. @returns its URL */
export async function startStub(): Promise<string> {
  const file = join(import.meta.dirname, 'stub-aws.ts');
  const stub = spawn(execPath, [file], { stdio: ['pipe', 'pipe', 'inherit'] });
  stub.unref();
  const [line] = await once(stub.stdout, 'data');
  return String(line).trim();
}
