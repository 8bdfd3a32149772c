/**
 * The claims of a token as a REST API's Cognito authorizer hands them over: all of them strings,
 * `exp` and `iat` as dates, a list as one string.
 *
 * Source: events of Lambda functions behind such authorizers in public issues and samples, for
 * example `"exp": "Wed Dec 06 17:22:52 UTC 2023"` beside `"auth_time": "1701879772"`.
 */
import * as v from 'valibot';

const PayloadSchema = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.unknown()));

const DATE_CLAIMS = ['exp', 'iat'];

/** How instants are written: as AWS does, or in seconds since 1970, as the emulator does. */
export type DateForm = 'date' | 'epoch';

/** @param token a JSON Web Token that the authorizer has verified */
export function authorizerClaims(token: string, form: DateForm): Record<string, string> {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  return Object.fromEntries(
    Object.entries(v.parse(PayloadSchema, payload)).map(([name, value]) => {
      const isDate = form === 'date' && DATE_CLAIMS.includes(name) && typeof value === 'number';
      return [name, isDate ? awsDate(value) : textOf(value)];
    }),
  );
}

/** Lists are joined by commas. */
function textOf(value: unknown): string {
  return typeof value === 'object' && !Array.isArray(value) ? JSON.stringify(value) : String(value);
}

/** For example `Wed Dec 06 17:22:52 UTC 2023`. */
function awsDate(epochSeconds: number): string {
  const text = new Date(epochSeconds * 1000).toUTCString();
  const [weekday = '', day, month, year, time] = text.split(' ');
  return `${weekday.replace(',', '')} ${month} ${day} ${time} UTC ${year}`;
}
