/** The OpenAPI 3.1 document of the service, made from its schemas, rules and tables of responses. */
import { EDITABLE_FIELDS, NULL_IGNORED_FIELDS } from '../../lib/account/fields.ts';
import {
  CAPABILITIES_TYPE,
  READ_SCOPE,
  SELF_SERVICE_SCOPE,
  WRITE_SCOPE,
} from '../../lib/contract.ts';
import { type Access, READ_ACCESS, WRITE_ACCESS } from '../../lib/http/access.ts';
import {
  CAPABILITY_REASON,
  capabilitiesSchema,
  FIELD_CAPABILITY,
  FIELD_SOURCE,
} from './openapi-capabilities.ts';
import { FIELD_ERROR, PROBLEM } from './openapi-components.ts';
import type { Schema } from './openapi-field-texts.ts';
import { fieldNameSchema, userSchema, userUpdateSchema } from './openapi-fields.ts';
import { HEADERS } from './openapi-headers.ts';
import { FIELD_ERROR_CODE, PROBLEM_CODE } from './openapi-problems.ts';
import { problemSchemas, responsesOf, responsesToHead } from './openapi-responses.ts';
import { codeSamples } from './openapi-samples.ts';

/** Where a deployment is. */
export interface Addresses {
  apiUrl: string;
  authorizeUrl: string;
  tokenUrl: string;
}

/** Stand-ins for a deployment's own addresses, which its stack prints. */
export const EXAMPLE_ADDRESSES: Addresses = {
  apiUrl: 'https://api.example.com/v1',
  authorizeUrl: 'https://sign-in.example.com/oauth2/authorize',
  tokenUrl: 'https://sign-in.example.com/oauth2/token',
};

const ABOUT = `Reads and changes the account of whoever calls.

Access tokens come from Amazon Cognito: with the authorization code flow and PKCE for people, with
client credentials for service accounts. Tokens of sign-ins through Cognito's own API carry
\`${SELF_SERVICE_SCOPE}\`, which counts as both scopes.

Errors are problem documents (RFC 9457) that list every error at once and never repeat what was sent.`;

/** `*`, or a list of entity tags; header field values are trimmed and may have empty elements. */
const TAG = '(W/)?"[!#-~]*"';
const CONDITION = { type: 'string', pattern: `^(\\*|${TAG}( *, *${TAG})*)$` };

const CONDITIONS = {
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    description: 'Go on only if the account is at one of these entity tags (RFC 9110, strong).',
    schema: CONDITION,
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description:
      'Go on only if the account is at none of these entity tags (RFC 9110, weak): a GET then returns 304, a PATCH 412.',
    schema: CONDITION,
  },
  IfModifiedSince: {
    name: 'If-Modified-Since',
    in: 'header',
    description:
      'Without If-None-Match: a GET returns 304 unless the account changed after this date, a `Last-Modified` (RFC 9110).',
    schema: { type: 'string' },
  },
  IfUnmodifiedSince: {
    name: 'If-Unmodified-Since',
    in: 'header',
    description:
      'Without If-Match: go on only if the account did not change after this date, a `Last-Modified` (RFC 9110).',
    schema: { type: 'string' },
  },
};

const PARAMETERS = Object.keys(CONDITIONS).map((name) => ({
  $ref: `#/components/parameters/${name}`,
}));

const GET_ABOUT = `The account of the caller. A person’s is made on their first call. Query parameters are ignored.

With \`Accept: ${CAPABILITIES_TYPE}\` the response says instead which fields the caller may edit now,
and why not the others, and beside them the state of the account.`;

const CLEARED = EDITABLE_FIELDS.filter((field) => !NULL_IGNORED_FIELDS.includes(field));

const PATCH_ABOUT = `Changes the sent fields only. What is sent means:

| sent | meaning |
|---|---|
| absent | unchanged |
| null, on ${CLEARED.join(', ')} | cleared |
| null, on any other field that can be edited | unchanged |
| the current value | unchanged, also where the caller may not change the field |
| an empty string | 422; on avatar_url cleared |
| a read-only field with another value than its own | 422 |
| an unknown field | 422, naming it |

So an account that was read can be sent back whole with one field changed. A change of nothing
writes nothing and keeps the entity tag. A deployment may ask for proof of a new e-mail: the response
then has the old one and the header \`Email-Change\`, and the account gets the new one once its owner has
entered the mailed code; to send the new one again mails another code, to send the old one takes it back. Without If-Match, concurrent changes of different fields
are all kept.`;

/** The document for a deployment at these addresses. */
export function openApiDocument({ apiUrl, authorizeUrl, tokenUrl }: Addresses): Schema {
  const bodyOf = (schema: string, summary: string, value: object) => ({
    schema: { $ref: `#/components/schemas/${schema}` },
    examples: { update: { summary, value } },
  });
  const samples = codeSamples(apiUrl);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Current user',
      version: '1.0.0',
      description: ABOUT,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: apiUrl }],
    tags: [{ name: 'Account', description: 'The account of the caller.' }],
    security: [{ oauth2: [READ_SCOPE] }],
    paths: {
      '/users/me': {
        get: {
          operationId: 'getMe',
          summary: 'Read your account',
          description: GET_ABOUT,
          tags: ['Account'],
          security: securityOf(READ_ACCESS),
          parameters: PARAMETERS,
          responses: responsesOf('get'),
          'x-codeSamples': samples.get,
        },
        head: {
          operationId: 'headMe',
          summary: 'Ask whether your account has changed',
          description: 'Every response is that of a GET, without its body.',
          tags: ['Account'],
          security: securityOf(READ_ACCESS),
          parameters: PARAMETERS,
          responses: responsesToHead(),
        },
        patch: {
          operationId: 'patchMe',
          summary: 'Change your account',
          description: PATCH_ABOUT,
          tags: ['Account'],
          security: securityOf(WRITE_ACCESS),
          parameters: PARAMETERS,
          requestBody: {
            required: true,
            content: {
              'application/json': bodyOf('UserUpdate', 'Metadata is replaced', {
                name: 'Ada Lovelace',
                metadata: { theme: 'dark' },
              }),
              'application/merge-patch+json': bodyOf(
                'UserMergePatch',
                'Metadata is merged (RFC 7396)',
                { metadata: { theme: null, locale: 'en' } },
              ),
            },
          },
          responses: responsesOf('patch'),
          'x-codeSamples': samples.patch,
        },
      },
    },
    components: {
      parameters: CONDITIONS,
      headers: HEADERS,
      schemas: {
        User: userSchema(),
        FieldName: fieldNameSchema(),
        UserUpdate: userUpdateSchema('replaced'),
        UserMergePatch: userUpdateSchema('merged'),
        Capabilities: capabilitiesSchema(),
        FieldCapability: FIELD_CAPABILITY,
        CapabilityReason: CAPABILITY_REASON,
        FieldSource: FIELD_SOURCE,
        Problem: PROBLEM,
        ProblemCode: PROBLEM_CODE,
        FieldError: FIELD_ERROR,
        FieldErrorCode: FIELD_ERROR_CODE,
        ...problemSchemas('get'),
        ...problemSchemas('patch'),
      },
      securitySchemes: { oauth2: oauth2(authorizeUrl, tokenUrl) },
    },
  };
}

/** Any one of the scopes will do. */
const securityOf = ({ anyOf }: Access) => anyOf.map((scope) => ({ oauth2: [scope] }));

function oauth2(authorizationUrl: string, tokenUrl: string): Schema {
  const scopes = {
    [READ_SCOPE]: 'Read your own account',
    [WRITE_SCOPE]: 'Read and change your own account',
  };
  const ofPeople = {
    ...scopes,
    [SELF_SERVICE_SCOPE]: 'Both, and Cognito’s own operations on yourself',
  };
  return {
    type: 'oauth2',
    description: 'Access tokens of the user pool; ID tokens are refused.',
    flows: {
      authorizationCode: { authorizationUrl, tokenUrl, scopes: ofPeople },
      clientCredentials: { tokenUrl, scopes },
    },
  };
}
