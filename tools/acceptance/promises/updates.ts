/** What PATCH /users/me promises of an update as a whole. */
import { MERGE_PATCH_TYPE } from '../../../lib/contract.ts';
import type { AcceptanceContext } from '../context.ts';
import { compare, compareAll } from '../expectation.ts';
import type { AcceptancePromise } from '../runner.ts';

export const UPDATES: readonly AcceptancePromise<AcceptanceContext>[] = [
  {
    id: 'patch.null-clears',
    text: 'null clears the profile, and changes no name, password or flag',
    expected: '200, profile null, the rest as it was',
    async tried(context) {
      const { patch } = await context.person('editor');
      const before = await patch({ name: 'Ada', company: 'A', job_title: 'B', metadata: { a: 1 } });
      const cleared = {
        name: null,
        company: null,
        job_title: null,
        metadata: null,
        avatar_url: null,
      };
      const ignored = { password: null, username: null, is_active: null, is_superuser: null };
      const after = await patch({ ...cleared, ...ignored, is_onboarded: null });
      const { username, is_active, is_superuser, is_onboarded } = before.body;
      const rest = { username, is_active, is_superuser, is_onboarded };
      return compare({ status: 200, body: { ...cleared, ...rest } }, after);
    },
  },
  {
    id: 'patch.empty-avatar',
    text: 'An empty avatar_url clears it',
    expected: '200, avatar_url null',
    async tried(context) {
      const { patch } = await context.person('editor');
      await patch({ avatar_url: 'https://avatars.example/a.png' });
      return compare({ status: 200, body: { avatar_url: null } }, await patch({ avatar_url: '' }));
    },
  },
  {
    id: 'patch.whole-account',
    text: 'A whole account can be sent back: nothing is written',
    expected: '200 with the same etag',
    async tried(context) {
      const { get, patch } = await context.person('editor');
      const account = await get();
      const etag = account.headers.get('etag') ?? '';
      const expected = { status: 200, body: account.body, headers: { etag } };
      return compare(expected, await patch(account.body));
    },
  },
  {
    id: 'patch.merge',
    text: 'A merge patch changes metadata key by key, and null deletes a key',
    expected: '200, {"theme":"dark","deep":{"b":2},"locale":"en"}',
    async tried(context) {
      const { patch } = await context.person('editor');
      await patch({ metadata: { theme: 'dark', beta: true, deep: { a: 1, b: 2 } } });
      const change = { metadata: { beta: null, deep: { a: null }, locale: 'en' } };
      const merged = await patch(change, { 'content-type': MERGE_PATCH_TYPE });
      const metadata = { theme: 'dark', deep: { b: 2 }, locale: 'en' };
      return compare({ status: 200, body: { metadata } }, merged);
    },
  },
  {
    id: 'patch.replace',
    text: 'application/json replaces metadata, with a charset as well',
    expected: '200, {"only":"this"}',
    async tried(context) {
      const { patch } = await context.person('editor');
      await patch({ metadata: { theme: 'dark' } });
      const metadata = { only: 'this' };
      const replaced = await patch(
        { metadata },
        { 'content-type': 'application/json; charset=utf-8' },
      );
      return compare({ status: 200, body: { metadata } }, replaced);
    },
  },
  {
    id: 'patch.concurrent',
    text: 'Concurrent changes of different fields are all kept',
    expected: 'three 200, then all three values',
    async tried(context) {
      const { patch, get } = await context.person('editor');
      const changes = [{ name: 'One' }, { company: 'Two' }, { job_title: 'Three' }];
      const responses = await Promise.all(changes.map((change) => patch(change)));
      const all = responses.map((response) => [{ status: 200 }, response] as const);
      return compareAll([
        ...all,
        [{ status: 200, body: Object.assign({}, ...changes) }, await get()],
      ]);
    },
  },
];
