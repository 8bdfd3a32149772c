/** What operators do in a history. */
import {
  expirePassword,
  setActive,
  setFlags,
  signOut,
} from '../../lib/operations/account-administration.ts';
import { createPerson } from '../../lib/operations/account-creation.ts';
import {
  createServiceAccount,
  deleteAccount,
  rotateServiceAccount,
} from '../../lib/operations/account-lifecycle.ts';
import { freeName, setEmail } from '../../lib/operations/account-names.ts';
import { repair } from '../../lib/operations/account-repair.ts';
import type { OperatorPorts } from '../../lib/operations/ports.ts';
import { verifyAccounts } from '../../lib/operations/verification.ts';
import { AT_ONCE } from '../support/verified.ts';
import { type Act, drawName, onlyKinds, type Setting } from './act.ts';
import type { Chance } from './scheduler.ts';
import { type Actor, SUBJECTS } from './world.ts';

const ORGANIZATION = 'd0c5a0f4-6a57-4b8c-9a5e-0a6c6f5a7e21';

type Command = Pick<Act, 'run'> &
  Partial<Pick<Act, 'endsSessions' | 'deletes'>> & {
    text: string;
    settings?: Setting[];
  };

/** Draws a command on the account of that actor; accounts are named by subject, which stays. */
export function operation(
  chance: Chance,
  number: number,
  actor: Actor,
  startMs: number,
  kinds: number,
): Act {
  const subject = SUBJECTS[actor];
  const { text, ...command } = chance.pick(
    onlyKinds(commandsOn(subject, number, chance), kinds >>> 12),
  )();
  return {
    name: `${number} operator ${actor} ${text}`,
    subject,
    startMs,
    session: null,
    settings: [],
    endsSessions: false,
    deletes: false,
    reads: false,
    isGet: false,
    ...command,
  };
}

function commandsOn(subject: string, number: number, chance: Chance): (() => Command)[] {
  const isService = subject === SUBJECTS.reports;
  const activation = (): Command => {
    const value = chance.happens(0.6);
    return {
      text: value ? 'activate' : 'deactivate',
      settings: [{ field: 'is_active', value }],
      run: (ports) => setActive(ports, subject, value),
    };
  };
  const creation = (): Command => {
    const username = drawName(chance, number);
    const email = chance.happens(0.5) ? `${drawName(chance, number)}@example.com` : null;
    return {
      text: `create person ${username} ${email}`,
      run: (ports) => createPerson(ports, { username, email, isSuperuser: false }),
    };
  };
  const serviceCreation = (): Command => {
    const username = drawName(chance, number);
    return {
      text: `create service account ${username}`,
      run: (ports) => createServiceAccount(ports, { username, organizationId: ORGANIZATION }),
    };
  };
  const release = (): Command => {
    const name = drawName(chance, number);
    return { text: `free name ${name}`, run: (ports) => freeName(ports, name) };
  };
  const mailing = (): Command => {
    const email = chance.happens(0.7) ? `${drawName(chance, number)}@example.com` : null;
    return {
      text: `set e-mail ${email}`,
      settings: [{ field: 'email', value: email }],
      run: (ports) => setEmail(ports, subject, email),
    };
  };
  const common = [
    activation,
    activation,
    release,
    () => grant(subject, chance.happens(0.5)),
    () => ({ text: 'verify --repair', run: verifyAndRepair }),
    creation,
    serviceCreation,
  ];
  if (isService) {
    const rotation = () => ({
      text: 'rotate',
      run: (ports: OperatorPorts) => rotateServiceAccount(ports, subject),
    });
    return [...common, rotation, rotation];
  }
  return [
    ...common,
    mailing,
    () => ({ text: 'sign out', endsSessions: true, run: (ports) => signOut(ports, subject) }),
    () => ({
      text: 'expire password',
      endsSessions: true,
      settings: [
        { field: 'password_expired', value: true },
        { field: 'password', value: temporaryPassword(number) },
      ],
      run: (ports) =>
        expirePassword({ ...ports, newPassword: () => temporaryPassword(number) }, subject),
    }),
    ...(chance.happens(0.3)
      ? [
          () => ({
            text: 'delete',
            deletes: true,
            run: (ports: OperatorPorts) => deleteAccount(ports, subject),
          }),
        ]
      : []),
  ];
}

const temporaryPassword = (number: number) => `Temporary-${number}`;

function grant(subject: string, value: boolean): Command {
  return {
    text: value ? 'grant' : 'take grant away',
    settings: [{ field: 'is_superuser', value }],
    run: (ports) => setFlags(ports, subject, { is_superuser: value }),
  };
}

/** As `npm run users verify -- --repair` does. */
async function verifyAndRepair(ports: OperatorPorts): Promise<void> {
  const options = { ...AT_ONCE, intentAgeSeconds: 60 };
  for await (const inconsistency of verifyAccounts(ports, options))
    await repair(ports, inconsistency);
}
