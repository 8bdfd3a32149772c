/** Programs that call the operations, in three languages, for the page of the API. */
import type { Schema } from './openapi-field-texts.ts';

/** Each reads an access token from the variable TOKEN. */
type Samples = Record<'curl' | 'TypeScript' | 'Python', string>;

/** Samples of reading and of changing the account at that base URL, as Redoc's `x-codeSamples`. */
export function codeSamples(apiUrl: string): { get: Schema[]; patch: Schema[] } {
  const url = `${apiUrl}/users/me`;
  return { get: samplesOf(read(url)), patch: samplesOf(change(url)) };
}

const samplesOf = (samples: Samples): Schema[] =>
  Object.entries(samples).map(([lang, source]) => ({ lang, label: lang, source }));

const read = (url: string): Samples => ({
  curl: `curl -sS '${url}' \\
  -H "authorization: Bearer $TOKEN"`,
  TypeScript: `const response = await fetch('${url}', {
  headers: { authorization: \`Bearer \${process.env.TOKEN}\` },
});
const account = await response.json();
if (!response.ok) throw new Error(account.detail);
console.log(account.username, response.headers.get('etag'));`,
  Python: `import os, requests

response = requests.get(
    "${url}",
    headers={"Authorization": "Bearer " + os.environ["TOKEN"]},
    timeout=10,
)
account = response.json()
if not response.ok:
    raise SystemExit(account["detail"])
print(account["username"], response.headers["ETag"])`,
});

const change = (url: string): Samples => ({
  curl: `curl -sS -X PATCH '${url}' \\
  -H "authorization: Bearer $TOKEN" \\
  -H 'content-type: application/json' \\
  -d '{"name":"Ada Lovelace"}'`,
  TypeScript: `const response = await fetch('${url}', {
  method: 'PATCH',
  headers: {
    authorization: \`Bearer \${process.env.TOKEN}\`,
    'content-type': 'application/json',
  },
  body: JSON.stringify({ name: 'Ada Lovelace' }),
});
const account = await response.json();
if (!response.ok) throw new Error(account.detail);
console.log(account.name);`,
  Python: `import os, requests

response = requests.patch(
    "${url}",
    headers={"Authorization": "Bearer " + os.environ["TOKEN"]},
    json={"name": "Ada Lovelace"},
    timeout=10,
)
account = response.json()
if not response.ok:
    raise SystemExit(account["detail"])
print(account["name"])`,
});
