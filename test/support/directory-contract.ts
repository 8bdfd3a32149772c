/**
 * Contract suite of user directories, as Amazon Cognito documents each kind of pool: run on the
 * in-memory directory and on real pools.
 */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DirectoryRefusalError } from '../../lib/account/errors.ts';
import type { SignInNames } from '../../lib/contract.ts';
import type { DirectoryAdmin } from '../../lib/operations/ports.ts';
import type { UserDirectory } from '../../lib/self-service/ports.ts';

/** A directory, and what only a person or an identity provider does in it. */
export interface DirectoryUnderTest {
  directory: UserDirectory;
  admin: DirectoryAdmin;
  newPassword(): string;
  /** A person's first sign-in through an outside identity provider. @returns their directory name */
  signInThroughProvider(id: string, email: string): Promise<string>;
  /** Signs in by any name of a person; null where that is refused. */
  signIn(username: string, password: string): Promise<DirectorySession | null>;
}

interface DirectorySession {
  /** True while the session gets new tokens. */
  goesOn(): Promise<boolean>;
}

const unique = (name: string) => `${name}-${randomUUID().slice(0, 8)}`;
const verified = (address: string) => ({ email: { address, verified: true } });
const unverified = (address: string) => ({ email: { address, verified: false } });

export function describeDirectory(
  place: string,
  open: () => DirectoryUnderTest,
  signInNames: SignInNames,
): void {
  describe(`the user directory ${place}, of kind ${signInNames}`, () => {
    /** What a member signs in with. */
    const namesOf = ({ username, email }: { username: string; email: string }) =>
      ({ aliases: [username, email], email: [email], username: [username] })[signInNames];
    const aMember = async (given: { username?: string; email?: string | null } = {}) => {
      const username = given.username ?? unique('Member');
      const email = given.email === undefined ? `${unique('Member')}@users.example` : given.email;
      const temporaryPassword = open().newPassword();
      const person = await open().admin.createPerson({ username, email, temporaryPassword });
      return { person, name: person.directoryName, username, email: email ?? '' };
    };
    /** A member who has chosen a password, with a name that they sign in with. */
    const aSignedUpMember = async () => {
      const member = await aMember();
      const password = open().newPassword();
      await open().directory.setPassword(member.name, password);
      return { ...member, password, signInName: namesOf(member)[0] ?? '' };
    };
    const find = (name: string) => open().directory.find(name);
    const subjectBy = async (name: string) => (await find(name))?.subject ?? null;

    describe('look-up', () => {
      it('finds a person by directory name, subject and what they sign in with, nobody else', async () => {
        const { person, name, username, email } = await aMember();
        const names = [name, person.subject, ...namesOf({ username, email })];

        for (const one of names) expect(await find(one), one).toEqual(person);
        for (const one of [username, email, unique('unknown')]) {
          if (!names.includes(one)) expect(await find(one), one).toBeNull();
        }
        expect(person).toMatchObject({ email, emailVerified: true });
        expect(person.preferredUsername).toBe(signInNames === 'aliases' ? username : null);
      });

      it('ignores letter case in every sign-in name', async () => {
        const { person, ...names } = await aMember();

        for (const one of namesOf(names).flatMap((it) => [it.toLowerCase(), it.toUpperCase()])) {
          expect(await subjectBy(one), one).toBe(person.subject);
        }
      });

      it('finds a person of an identity provider with their identity', async () => {
        const id = unique('corp');
        const name = await open().signInThroughProvider(id, `${id}@partner.example`);

        expect(await find(name)).toMatchObject({
          directoryName: name,
          email: `${id}@partner.example`,
          identity: { id },
          passwordExpired: false,
          enabled: true,
        });
      });
    });

    describe.runIf(signInNames === 'aliases')('aliases', () => {
      it('are none where the e-mail is not verified, or when they were given up', async () => {
        const { name, username, email } = await aMember();
        const address = `${unique('new')}@users.example`;
        await open().directory.setNames(name, { username: unique('new'), ...unverified(address) });

        for (const one of [address, username, email]) expect(await find(one), one).toBeNull();
      });

      it('refuses a username that another person has, in any letter case', async () => {
        const holder = await aMember();
        const { name, person } = await aMember();

        for (const username of [holder.username, holder.username.toUpperCase()]) {
          await expect(open().directory.setNames(name, { username })).rejects.toMatchObject({
            name: DirectoryRefusalError.name,
            reason: 'alias_exists',
          });
        }
        expect(await find(name)).toEqual(person);
        expect(await subjectBy(holder.username)).toBe(holder.person.subject);
      });

      it('takes the names that a person has already, and their other spellings', async () => {
        const { person, name, username, email } = await aMember();

        await open().directory.setNames(name, { username, ...verified(email) });
        expect(await find(name)).toEqual(person);

        const loud = { preferredUsername: username.toUpperCase(), email: email.toUpperCase() };
        const spelled = { username: loud.preferredUsername, ...verified(loud.email) };
        await open().directory.setNames(name, spelled);
        expect(await find(name)).toEqual({ ...person, ...loud });
      });

      it('lets several people have one e-mail that none of them has verified', async () => {
        const members = [await aMember(), await aMember()];
        const address = `${unique('shared')}@users.example`;

        for (const { name } of members) await open().directory.setNames(name, unverified(address));

        for (const { name } of members) {
          expect(await find(name)).toMatchObject({ email: address, emailVerified: false });
        }
        expect(await find(address)).toBeNull();
      });

      it('lets a person have the e-mail that another has verified, without taking it away', async () => {
        const owner = await aMember();
        const { name } = await aMember();

        await open().directory.setNames(name, unverified(owner.email));

        expect(await find(name)).toMatchObject({ email: owner.email, emailVerified: false });
        expect(await subjectBy(owner.email)).toBe(owner.person.subject);
      });

      it('moves an e-mail to whom an administrator sets it as verified, without a word', async () => {
        const former = await aMember();
        const { name, person } = await aMember();

        await open().directory.setNames(name, verified(former.email));

        expect(await subjectBy(former.email)).toBe(person.subject);
        expect(await find(former.name)).toEqual({ ...former.person, emailVerified: false });
      });

      it('deletes the e-mail of a person, and nothing else of them', async () => {
        const { name, person, email } = await aMember();

        await open().directory.setNames(name, { email: { address: null, verified: false } });

        expect(await find(name)).toMatchObject({
          email: null,
          preferredUsername: person.preferredUsername,
        });
        expect(await find(email)).toBeNull();
      });

      it('are free for new people where another person has not verified the e-mail', async () => {
        const { name } = await aMember();
        const email = `${unique('claimed')}@users.example`;
        await open().directory.setNames(name, unverified(email));

        const { person } = await aMember({ email });

        expect(await subjectBy(email)).toBe(person.subject);
      });
    });

    describe.runIf(signInNames === 'email')('e-mails as user names', () => {
      it('sign in at once, verified or not, and the former one no longer', async () => {
        const { name, person, email, password } = await aSignedUpMember();
        const address = `${unique('new')}@users.example`;

        await open().directory.setNames(name, unverified(address));

        expect(await find(address)).toEqual({ ...person, ...(await find(name)), email: address });
        expect(await find(name)).toMatchObject({ emailVerified: false, subject: person.subject });
        expect(await open().signIn(address, password)).not.toBeNull();
        expect(await open().signIn(email, password)).toBeNull();
        expect(await find(email)).toBeNull();
      });

      it('belong to one person, verified or not, in any letter case', async () => {
        const owner = await aMember();
        const { name, person } = await aMember();
        for (const email of [owner.email, owner.email.toUpperCase()]) {
          for (const names of [verified(email), unverified(email)]) {
            await expect(open().directory.setNames(name, names)).rejects.toMatchObject({
              name: DirectoryRefusalError.name,
              reason: 'alias_exists',
            });
          }
        }
        expect(await find(name)).toEqual(person);

        await open().directory.setNames(owner.name, unverified(owner.email));
        await expect(aMember({ email: owner.email })).rejects.toMatchObject({
          reason: 'alias_exists',
        });
        expect(await subjectBy(owner.email)).toBe(owner.person.subject);
      });

      it('can be spelled anew, and a directory name stays', async () => {
        const { person, name, email } = await aMember();

        await open().directory.setNames(name, verified(email.toUpperCase()));

        expect(await find(name)).toEqual({ ...person, email: email.toUpperCase() });
      });

      it('are what new people need', async () => {
        await expect(aMember({ email: null })).rejects.toMatchObject({ reason: 'invalid_value' });
      });
    });

    describe.runIf(signInNames === 'username')('user names', () => {
      it('go on signing in after a rename, beside the alias', async () => {
        const { name, username, person, password } = await aSignedUpMember();
        const alias = unique('Renamed');
        expect(name.toLowerCase()).toBe(username.toLowerCase());

        await open().directory.setNames(name, { username: alias });

        for (const one of [username, alias]) {
          expect(await subjectBy(one), one).toBe(person.subject);
          expect(await open().signIn(one, password), one).not.toBeNull();
        }
        expect(await find(name)).toMatchObject({ preferredUsername: alias });
      });

      it('need no alias that is the same: a rename back takes it away', async () => {
        const { name, username, person } = await aMember();
        await open().directory.setNames(name, { username: unique('Renamed') });

        await open().directory.setNames(name, { username });

        expect(await find(name)).toEqual(person);
      });

      it('share an e-mail, which signs nobody in', async () => {
        const owner = await aMember();
        const { name, password } = await aSignedUpMember();

        await open().directory.setNames(name, verified(owner.email));

        expect(await find(owner.name)).toEqual(owner.person);
        expect(await find(owner.email)).toBeNull();
        expect(await open().signIn(owner.email, password)).toBeNull();
      });

      it('refuse an alias that another person has', async () => {
        const [holder, { name, person }] = [await aMember(), await aMember()];
        const alias = unique('Renamed');
        await open().directory.setNames(holder.name, { username: alias });

        await expect(
          open().directory.setNames(name, { username: alias.toUpperCase() }),
        ).rejects.toMatchObject({ reason: 'alias_exists' });
        expect(await find(name)).toEqual(person);
      });
    });

    describe('new people', () => {
      it('have a temporary password, which they cannot go on with', async () => {
        const { person, name } = await aMember();

        expect(person).toMatchObject({ passwordExpired: true, enabled: true, identity: null });
        expect(await find(name)).toEqual(person);
      });

      it.runIf(signInNames !== 'email')('can be without an e-mail', async () => {
        const { person, name } = await aMember({ email: null });

        expect(person).toMatchObject({ email: null, emailVerified: false });
        expect(await find(name)).toEqual(person);
      });

      it('are refused with a name that another person signs in with', async () => {
        const holder = await aMember();
        const { username, email } = holder;
        const [one, other] = [{ username }, { email: email.toUpperCase() }];

        for (const given of { aliases: [one, other], email: [other], username: [one] }[
          signInNames
        ]) {
          await expect(aMember(given)).rejects.toMatchObject({ reason: 'alias_exists' });
        }
        for (const name of namesOf(holder)) {
          expect(await subjectBy(name)).toBe(holder.person.subject);
        }
      });

      it('can be removed, more than once, and free their names', async () => {
        const { name, username, email } = await aMember();

        await open().admin.removePerson(name);
        await open().admin.removePerson(name);

        expect(await find(name)).toBeNull();
        await aMember({ username, email });
      });
    });

    describe('passwords', () => {
      it('are refused where they break the policy, and nothing changes', async () => {
        const { name, signInName, password } = await aSignedUpMember();
        const { directory, admin, signIn } = open();
        const weak = 'weak';
        const email = `${unique('weak')}@users.example`;

        for (const work of [
          () => directory.setPassword(name, weak),
          () => admin.setTemporaryPassword(name, weak),
          () => admin.createPerson({ username: unique('weak'), email, temporaryPassword: weak }),
        ]) {
          await expect(work()).rejects.toMatchObject({ reason: 'password_refused' });
        }

        expect(await find(name)).toMatchObject({ passwordExpired: false });
        expect(await signIn(signInName, password)).not.toBeNull();
      });

      it('sign a person in by each sign-in name, and no longer when replaced', async () => {
        const { password, ...member } = await aSignedUpMember();
        const { name, signInName, email } = member;
        const { directory, signIn } = open();

        for (const one of namesOf(member)) expect(await signIn(one, password)).not.toBeNull();
        const next = open().newPassword();
        await directory.setPassword(name, next);
        expect(await signIn(signInName, password)).toBeNull();
        expect(await signIn(signInName, next)).not.toBeNull();
        if (signInNames !== 'aliases') return;
        await directory.setNames(name, unverified(email));
        expect(await signIn(email, next)).toBeNull();
      });

      it('are expired by a temporary one until the person has chosen another', async () => {
        const { name, password } = await aSignedUpMember();

        await open().admin.setTemporaryPassword(name, open().newPassword());
        expect(await find(name)).toMatchObject({ passwordExpired: true });

        await open().directory.setPassword(name, password);
        expect(await find(name)).toMatchObject({ passwordExpired: false });
      });
    });

    describe('sessions', () => {
      it('of a person all end at once, and a new one can begin', async () => {
        const { name, signInName, password } = await aSignedUpMember();
        const { directory, signIn } = open();
        const sessions = [await signIn(signInName, password), await signIn(signInName, password)];
        for (const session of sessions) expect(await session?.goesOn()).toBe(true);

        await directory.signOutEverywhere(name);

        for (const session of sessions) expect(await session?.goesOn()).toBe(false);
        expect(await signIn(signInName, password)).not.toBeNull();
      });

      it('are refused to a disabled person, who can be signed out and enabled again', async () => {
        const { name, signInName, person, password } = await aSignedUpMember();
        const { directory, signIn } = open();
        const session = await signIn(signInName, password);

        await directory.setEnabled(name, false);
        await directory.setEnabled(name, false);
        expect(await find(signInName)).toMatchObject({ subject: person.subject, enabled: false });
        expect(await signIn(signInName, password)).toBeNull();
        expect(await session?.goesOn()).toBe(false);
        await directory.signOutEverywhere(name);

        await directory.setEnabled(name, true);
        expect(await find(name)).toMatchObject({ enabled: true });
        expect(await signIn(signInName, password)).not.toBeNull();
      });
    });

    it('has no person to change where none has the name', async () => {
      const { directory, admin, newPassword } = open();
      const nobody = unique('nobody');

      for (const work of [
        () => directory.setNames(nobody, unverified(`${unique('nobody')}@users.example`)),
        () => directory.setEnabled(nobody, false),
        () => directory.setPassword(nobody, newPassword()),
        () => directory.signOutEverywhere(nobody),
        () => admin.setTemporaryPassword(nobody, newPassword()),
      ]) {
        await expect(work()).rejects.toMatchObject({ reason: 'not_found' });
      }
    });

    it('has a client of a service, which signs nobody in, until it is removed, more than once', async () => {
      const { admin } = open();
      const { clientId, clientSecret } = await admin.createClient(unique('service'));

      expect(clientSecret).not.toBe('');
      expect(await admin.findClient(clientId)).toEqual({ isRestricted: true });
      await admin.restrictClient(clientId);
      expect(await admin.findClient(clientId)).toEqual({ isRestricted: true });
      await admin.removeClient(clientId);
      await admin.removeClient(clientId);
      await admin.restrictClient(clientId);
      expect(await admin.findClient(clientId)).toBeNull();
    });
  });
}
