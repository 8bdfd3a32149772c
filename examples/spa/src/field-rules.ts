/** The API's rules for texts, checked while somebody types. What only the API knows, it says itself. */
import { readMetadata } from './metadata-text.ts';

/** What is wrong with a value. */
export interface Breach {
  /** A fault code of the API, or one of this page's own. */
  code: string;
  /** More typing can still make it right: nothing to complain about before the field is left. */
  unfinished?: true;
}

const TEXT_MAX_LENGTH = 50;
const URL_MAX_LENGTH = 2048;
const EMAIL_MAX_LENGTH = 254;

/** No user name, white space or backslash, which URL parsing forgives. */
const URL_PATTERN = /^https?:\/\/[^/?#@\\\s]+(?:[/?#][^\\\s]*)?$/i;
const USERNAME = /^[a-zA-Z0-9_\-@.]{1,50}$/;
const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.*$/i;
const ATEXT = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]";
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const EMAIL = new RegExp(`^(?=[^@]{1,64}@)${ATEXT}+(?:\\.${ATEXT}+)*@${LABEL}(?:\\.${LABEL})+$`);
/** The beginning of an e-mail address. */
const EMAIL_BEGUN = new RegExp(`^${ATEXT}+(?:\\.${ATEXT}*)*(?:@[A-Za-z0-9.-]*)?$`);

/** The breach of a profile text; an empty one clears the field. */
function checkText(text: string): Breach | null {
  if ([...text].length > TEXT_MAX_LENGTH) return { code: 'text_too_long' };
  return isShowable(text) ? null : { code: 'invalid_text' };
}

/** Whether it reaches the API as typed: U+FFFD stands for bytes that were no text. */
function isShowable(text: string): boolean {
  return text.isWellFormed() && !/[\p{Cc}\ufffd]/u.test(text);
}

/** Takes `http:` as well: whether it is allowed is the service's setting. */
function checkUrl(text: string): Breach | null {
  if (text === '') return null;
  if ([...text].length > URL_MAX_LENGTH) return { code: 'url_too_long' };
  if (['https://', 'http://'].some((scheme) => scheme.startsWith(text.toLowerCase()))) {
    return { code: 'invalid_url', unfinished: true };
  }
  const isValid = URL_PATTERN.test(text) && isShowable(text) && URL.canParse(text);
  return isValid ? null : { code: 'invalid_url' };
}

function checkEmail(text: string): Breach | null {
  if (text === '') return { code: 'empty', unfinished: true };
  if (text.length <= EMAIL_MAX_LENGTH && EMAIL.test(text)) return null;
  const unfinished = text.length < EMAIL_MAX_LENGTH && EMAIL_BEGUN.test(text);
  return { code: 'invalid_email', ...(unfinished && { unfinished }) };
}

function checkUsername(text: string): Breach | null {
  if (text === '') return { code: 'empty', unfinished: true };
  const isName = USERNAME.test(text) || checkEmail(text) === null;
  if (isName && !ID.test(text)) return null;
  const unfinished = checkEmail(text)?.unfinished;
  return { code: 'invalid_username', ...(unfinished && { unfinished }) };
}

function checkMetadata(text: string): Breach | null {
  const read = readMetadata(text);
  if (!('fault' in read)) return null;
  // Nobody types JSON that is valid after every key.
  return { code: read.fault, ...(read.fault === 'not_json' && { unfinished: true }) };
}

const CHECKS = {
  name: checkText,
  company: checkText,
  job_title: checkText,
  avatar_url: checkUrl,
  metadata: checkMetadata,
  username: checkUsername,
  email: checkEmail,
};

/** The first rule that what was typed into a field breaks; null if the API may take it. */
export function breachOf(field: keyof typeof CHECKS, text: string): Breach | null {
  return CHECKS[field](text);
}
