/** `npm start` as people use it: in a terminal, and however it ends. */
import { readFile, readlink, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { signIn } from '../../tools/local/sign-in.ts';
import type { LocalStack } from '../../tools/support/stack-file.ts';
import { DEPLOYMENT_TIMEOUT } from '../support/kinds.ts';
import { type StartedProgram, StartPlace } from '../support/npm-start.ts';
import { runTool } from '../support/operator-tool.ts';

const ORIGIN = 'http://localhost:3000';
const CALLBACK = `${ORIGIN}/callback`;
/** Printed while a child process works. */
const PREPARING = 'Preparing the cloud';

let place: StartPlace;
/** What was started, so that a test that fails leaves nothing running. */
let started: StartedProgram[];

async function open() {
  place = await StartPlace.create();
  started = [];
}

async function close() {
  for (const { child } of started) child.kill();
  await Promise.all(started.map(({ ended }) => ended));
  await place.remove();
}

function start(program: StartedProgram): StartedProgram {
  started.push(program);
  return program;
}

async function expectNothingLeft() {
  await vi.waitFor(async () => expect(await place.processes()).toEqual([]), { timeout: 20_000 });
  expect(await place.files()).toEqual([]);
}

describe('npm start that runs', () => {
  let program: StartedProgram;
  let stack: LocalStack;

  beforeAll(async () => {
    await open();
    program = start(place.inTerminal({ CALLBACK_URLS: CALLBACK, RECENT_SIGN_IN_MINUTES: '1' }));
    await program.prints('Ctrl-C stops the service');
    stack = JSON.parse(await readFile(place.stackFile, 'utf8'));
  }, DEPLOYMENT_TIMEOUT);
  afterAll(close);

  it('signs people in to a page of one’s own, which may call the API', async () => {
    const [alice] = stack.people;
    const credentials = { username: 'alice', password: alice?.password ?? '' };
    const { accessToken } = await signIn({ ...stack, redirectUri: CALLBACK }, credentials);

    const headers = { authorization: `Bearer ${accessToken}`, origin: ORIGIN };
    const response = await fetch(`${stack.apiUrl}/users/me`, { headers });

    expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(await response.json()).toMatchObject({ username: 'alice' });
    expect(program.printed).toContain(`callback ${CALLBACK}`);
    expect(stack.appUrl).toBeNull();
  });

  it('asks for a sign-in of the last minute where it was told to', async () => {
    const accept = 'application/vnd.current-user.capabilities+json';
    const [alice] = stack.people;
    const credentials = { username: 'alice', password: alice?.password ?? '' };
    const { accessToken } = await signIn(stack, credentials);

    const headers = { authorization: `Bearer ${accessToken}`, accept };
    const response = await fetch(`${stack.apiUrl}/users/me`, { headers });

    expect(await response.text()).toContain('"max_age":60');
  });

  it('is named by a second one in the same folder, and is not harmed by it', async () => {
    const second = await runTool('start', [], place.variables());

    const { pid } = JSON.parse(await readlink(`${place.stackFile}.lock`));
    expect(second).toEqual({
      code: 1,
      stdout: '',
      stderr: `The service already runs here as process ${pid}, its API at ${stack.apiUrl}/users/me: use it, or end it first with Ctrl-C in its terminal or kill ${pid}.\n`,
    });
    const token = await runTool('token', ['alice'], place.variables());
    expect(token.code).toBe(0);
  });

  it('ends and cleans up after Ctrl-C, pressed again and again', async () => {
    // One that comes after the service has ended, with 0, ends npm.
    expect([0, 130]).toContain(await program.pressCtrlC());
    expect(program.printed).toContain('Stopped by Ctrl-C: all of it has ended');
    await expectNothingLeft();
  });
});

describe('npm start that is not ready', () => {
  beforeEach(open);
  afterEach(close);

  it.each(['Starting the local cloud', 'Deploying the stack'])(
    'ends and cleans up after Ctrl-C, pressed again and again, at: %s',
    async (step) => {
      const program = start(place.inTerminal());
      await program.prints(step);

      expect(await program.pressCtrlC()).toBe(130);
      expect(program.printed).toContain('Stopped by Ctrl-C before the service was ready');
      await expectNothingLeft();
    },
  );

  it('ends and cleans up when its terminal is closed', async () => {
    const program = start(place.inTerminal());
    await program.prints(PREPARING);
    program.closeTerminal();

    await program.ended;
    await expectNothingLeft();
  });

  it.each(['SIGTERM', 'SIGHUP'] as const)('ends by %s, sent again and again', async (name) => {
    const program = start(place.withPipes());
    await program.prints(PREPARING);

    expect(await program.signal(name)).toBe(name);
    expect(program.errors).toMatch(
      /^Stopped .* before the service was ready: all of it has ended\.\n$/,
    );
    await expectNothingLeft();
  });

  it('ends and cleans up when nobody reads its output', async () => {
    const program = start(place.withPipes());
    await program.prints('Starting the local cloud');
    program.child.stdout?.destroy();

    expect(await program.ended).toBe(1);
    expect(program.errors).toBe(
      'Stopped because nobody reads the output before the service was ready: all of it has ended.\n',
    );
    await expectNothingLeft();
  });

  it('leaves no process when it is killed, and its files to the next one, which removes them', async () => {
    const killed = start(place.withPipes());
    await killed.prints(PREPARING);
    killed.child.kill('SIGKILL');
    await killed.ended;
    await vi.waitFor(async () => expect(await place.processes()).toEqual([]), { timeout: 20_000 });
    // Its cloud answered no more, and stack.json stayed.
    await writeFile(place.stackFile, '{}');

    const token = await runTool('token', ['alice'], place.variables());
    expect(token.stderr).toBe('No service is running: start it with npm start.\n');

    const next = start(place.withPipes());
    await next.prints(`An earlier run (process ${killed.child.pid}) was killed`);
    next.child.kill('SIGINT');
    await next.ended;
    await expectNothingLeft();
  });
});
