/** Rules about what else is in an existing user pool: sign-up, triggers, clients, providers, mail (pure). */
import { READ_SCOPE_NAME, RESOURCE_SERVER, WRITE_SCOPE_NAME } from '../contract.ts';
import type { PoolRule } from './pool-check.ts';

/** Triggers that change what the service can rely on. */
const TRIGGERS: Readonly<Record<string, string>> = {
  PreSignUp: 'It runs for users create and at the first SSO sign-in too, and may refuse both.',
  PreTokenGeneration: 'It may take scopes away from access tokens, which are 403 here then.',
  CustomMessage: 'It writes the mail with the codes: each must hold the code in readable form.',
  CustomEmailSender:
    'Cognito mails nothing by itself: this function must send the codes that verify an e-mail.',
  PreAuthentication: 'It may refuse sign-ins that this service allows.',
  UserMigration:
    'People who have not signed in since are not in the pool: somebody else can take their names here.',
  DefineAuthChallenge: 'A sign-in without a password counts as a recent sign-in as well.',
  InboundFederation: 'It may change the e-mail that an identity provider gives.',
};

const selfSignUp: PoolRule = ({ allowsSelfSignUp }) =>
  allowsSelfSignUp
    ? [
        {
          verdict: 'advice',
          says: 'Anybody can sign up, and gets an account with the first call. The first to sign up with the reserved name (adminUsername) gets the reserved account.',
          fix: 'Make that account yourself before anybody else does, or let only administrators create users.',
        },
      ]
    : [{ verdict: 'fits', says: 'Only administrators create users.' }];

const triggers: PoolRule = ({ triggers: names }) => {
  const known = names.filter((name) => TRIGGERS[name] !== undefined);
  if (known.length === 0) return [{ verdict: 'fits', says: 'No Lambda trigger interferes.' }];
  return known.map((name) => ({ verdict: 'advice', says: `Trigger ${name}: ${TRIGGERS[name]}` }));
};

const resourceServer: PoolRule = ({ resourceServerScopes: scopes }) => {
  if (scopes === null) {
    return [
      { verdict: 'fits', says: `The stack can create its resource server ${RESOURCE_SERVER}.` },
    ];
  }
  const isOurs = [READ_SCOPE_NAME, WRITE_SCOPE_NAME].every((name) => scopes.includes(name));
  const says = isOurs
    ? `The resource server ${RESOURCE_SERVER} of this service is there. Its own stack can be deployed again, a second stack on this pool cannot.`
    : `Another application has a resource server ${RESOURCE_SERVER}, so the stack cannot create its own.`;
  return isOurs
    ? [{ verdict: 'advice', says, fix: 'If no stack uses it any more, delete it.' }]
    : [{ verdict: 'fix', says, fix: 'Give its scopes another identifier, and delete it.' }];
};

const SIGN_IN_ATTRIBUTES = ['email', 'preferred_username'];
const appClients: PoolRule = ({ clients }) => {
  const writers = clients.filter(
    ({ signsPeopleIn, writableAttributes: writable }) =>
      signsPeopleIn &&
      (writable === null || SIGN_IN_ATTRIBUTES.some((name) => writable.includes(name))),
  );
  if (writers.length === 0) {
    return [{ verdict: 'fits', says: 'No app client can change sign-in names past this service.' }];
  }
  const names = writers.map(({ name }) => name).join(', ');
  return [
    {
      verdict: 'advice',
      says: `Tokens of these app clients can change a sign-in name in Cognito, past this service and without a recent sign-in: ${names}.`,
      fix: `Take ${SIGN_IN_ATTRIBUTES.join(' and ')} from their WriteAttributes; an identity provider that maps the e-mail needs it.`,
    },
  ];
};

const identityProviders: PoolRule = ({ providers }, settings) => {
  const names = providers.map(({ name }) => name);
  const unknown = settings?.identityProviders.filter((name) => !names.includes(name)) ?? [];
  const withoutEmail = providers.filter(
    ({ mappedAttributes }) => !mappedAttributes.includes('email'),
  );
  return [
    ...unknown.map((name) => ({
      verdict: 'fix' as const,
      says: `The pool has no identity provider ${name}.`,
      fix: 'Create it in the pool, or declare it in identityProviders.',
    })),
    ...withoutEmail.map(({ name }) => ({
      verdict: 'advice' as const,
      says: `People of the identity provider ${name} come without an e-mail.`,
      fix: 'Map the attribute email in the pool.',
    })),
    ...(unknown.length + withoutEmail.length > 0
      ? []
      : [{ verdict: 'fits' as const, says: `Identity providers: ${names.join(', ') || 'none'}.` }]),
  ];
};

const mail: PoolRule = ({ hasOwnSender }) =>
  hasOwnSender
    ? [{ verdict: 'fits', says: 'Mail goes through Amazon SES.' }]
    : [
        {
          verdict: 'advice',
          says: "Cognito's own sender mails at most 50 messages a day.",
          fix: 'Let the pool send through Amazon SES.',
        },
      ];

const deletionProtection: PoolRule = ({ isProtected }) =>
  isProtected
    ? [{ verdict: 'fits', says: 'The pool is protected from deletion.' }]
    : [
        {
          verdict: 'advice',
          says: 'The pool is not protected from deletion, and the stack does not protect it.',
          fix: 'Activate its deletion protection.',
        },
      ];

/** By the part that each is about, in the order in which they are shown. */
export const NEIGHBOUR_RULES = {
  'self-sign-up': selfSignUp,
  triggers,
  'resource-server': resourceServer,
  'app-clients': appClients,
  'identity-providers': identityProviders,
  mail,
  'deletion-protection': deletionProtection,
} satisfies Record<string, PoolRule>;
