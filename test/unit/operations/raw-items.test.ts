import { describe, expect, it } from 'vitest';
import type { AccountRecord } from '../../../lib/account/account-record.ts';
import { findRawItem, removeRawItem } from '../../../lib/operations/raw-items.ts';
import { aRecord } from '../../support/builders.ts';
import { anOperatorWorld } from '../../support/in-memory-admin.ts';
import { verified } from '../../support/verified.ts';

function aWorldWithBroken() {
  const ada = aRecord({ username: 'ada' });
  const world = anOperatorWorld(ada);
  world.store.records.set('broken', { subject: 'broken', revision: 3 } as unknown as AccountRecord);
  return { world, ada };
}

describe('an item that nobody can read', () => {
  it.each(['USER#broken', 'broken'])('is found by %s', async (word) => {
    const { world } = aWorldWithBroken();

    expect(await findRawItem(world, word)).toEqual({
      key: 'USER#broken',
      item: { pk: 'USER#broken', subject: 'broken', revision: 3 },
      isReadable: false,
    });
  });

  it('is removed, and verify finds it no more', async () => {
    const { world } = aWorldWithBroken();

    await removeRawItem(world, await findRawItem(world, 'broken'));

    expect(await verified(world)).toEqual([]);
    await expect(findRawItem(world, 'broken')).rejects.toThrow('There is no item "broken"');
  });

  it('stays where it was changed meanwhile', async () => {
    const { world } = aWorldWithBroken();
    const shown = await findRawItem(world, 'broken');
    world.store.records.set('broken', { revision: 4 } as unknown as AccountRecord);

    await expect(removeRawItem(world, shown)).rejects.toThrow('nothing was removed');
    expect(world.store.records.has('broken')).toBe(true);
  });

  it('is told from one that can be read, which stays', async () => {
    const { world, ada } = aWorldWithBroken();

    for (const word of [ada.subject, 'NAME#ada', 'ada']) {
      const found = await findRawItem(world, word);
      await expect(removeRawItem(world, found)).rejects.toThrow('can be read, so it stays');
    }
    expect(world.store.records.has(ada.subject)).toBe(true);
  });
});
