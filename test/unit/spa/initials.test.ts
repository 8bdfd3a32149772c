import { expect, it } from 'vitest';
import { initialsOf } from '../../../examples/spa/src/initials.ts';

it.each([
  ['Ada Lovelace', 'AL'],
  ['Ada King Lovelace', 'AL'],
  ['ada', 'A'],
  ['ada.lovelace@users.example', 'AL'],
  ['  𝒜da  ', '𝒜'],
  ['@', '?'],
])('abbreviates %s to %s', (name, initials) => {
  expect(initialsOf(name)).toBe(initials);
});
