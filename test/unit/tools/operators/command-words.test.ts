import { describe, expect, it } from 'vitest';
import { asCommand, goingOn, onSubject } from '../../../../tools/operators/command-words.ts';

describe('the command to run next', () => {
  it('can be pasted into a shell', () => {
    expect(asCommand(['create', "Zo'e x", '--email', 'zoe@example.com'])).toBe(
      `npm run users -- create 'Zo'\\''e x' --email zoe@example.com`,
    );
  });

  it.each([
    [
      ['delete', 'ada'],
      ['delete', 'id-1', '--id'],
    ],
    [
      ['--yes', 'delete', '--name', 'ada'],
      ['--yes', 'delete', 'id-1', '--id'],
    ],
    [
      ['delete', '--id', 'ID-1'],
      ['delete', '--id', 'id-1'],
    ],
    [
      ['--stack', 'ada', 'mark-internal', 'ada', '--off'],
      ['--stack', 'ada', 'mark-internal', 'id-1', '--off', '--id'],
    ],
  ])('means the account that was found by its id: %j', (words, next) => {
    const typed = words.find((word) => /^(ada|ID-1)$/.test(word)) ?? '';

    expect(onSubject(words, typed, 'id-1')).toEqual(next);
  });

  it.each([
    [['verify', '--repair'], 'abc', ['verify', '--repair', '--from', 'abc']],
    [['verify', '--from', 'old', '--rate', '9'], 'abc', ['verify', '--rate', '9', '--from', 'abc']],
    [['verify', '--from=old'], null, ['verify']],
  ])('begins where %j stopped, at %j', (words, cursor, next) => {
    expect(goingOn(words, cursor)).toEqual(next);
  });
});
