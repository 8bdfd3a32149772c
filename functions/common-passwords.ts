/** The most common passwords, in lower case. Loaded when a password is sent: see patch-me.ts. */
import { dictionary } from '@zxcvbn-ts/language-common';

export const COMMON_PASSWORDS: readonly string[] = dictionary['passwords-common'];
