import {
  InvalidParameterException,
  ResourceNotFoundException,
  TooManyRequestsException,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, it } from 'vitest';
import { UnavailableError } from '../../../lib/account/errors.ts';
import { READ_SCOPE, WRITE_SCOPE } from '../../../lib/contract.ts';
import { createCognitoClients } from '../../../lib/directory/cognito-clients.ts';
import { aCognitoClient } from '../../support/cognito-client.ts';

const POOL = 'eu-central-1_Ab12Cd34E';
const OF_CLIENT = { UserPoolId: POOL, ClientId: 'client-1' };

const RESTRICTED = {
  ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
  WriteAttributes: ['locale'],
  PreventUserExistenceErrors: 'ENABLED',
  EnableTokenRevocation: true,
};

/** A client as Cognito describes one that was made with defaults. */
const DEFAULTS = {
  ...OF_CLIENT,
  ClientName: 'reports',
  ClientSecret: 'secret-of-client-1',
  CreationDate: new Date(0),
  LastModifiedDate: new Date(0),
  RefreshTokenValidity: 30,
  AccessTokenValidity: 15,
  TokenValidityUnits: { AccessToken: 'minutes' },
  ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH'],
  AllowedOAuthFlows: ['client_credentials'],
  AllowedOAuthScopes: [READ_SCOPE, WRITE_SCOPE],
  AllowedOAuthFlowsUserPoolClient: true,
  PreventUserExistenceErrors: 'LEGACY',
  EnableTokenRevocation: true,
  AuthSessionValidity: 3,
};

function aPool(answer?: Parameters<typeof aCognitoClient>[0]) {
  const { client, sent } = aCognitoClient(answer);
  return { clients: createCognitoClients(client, POOL), sent };
}

const gone = () => new ResourceNotFoundException({ message: 'No client', $metadata: {} });
const throttled = () => new TooManyRequestsException({ message: 'Slower', $metadata: {} });

describe('createClient', () => {
  it('makes a client that gets tokens for itself and can do nothing else', async () => {
    const { clients, sent } = aPool({ UserPoolClient: DEFAULTS });

    expect(await clients.createClient('reports')).toEqual({
      clientId: 'client-1',
      clientSecret: 'secret-of-client-1',
    });
    expect(sent).toEqual([
      {
        command: 'CreateUserPoolClientCommand',
        input: {
          UserPoolId: POOL,
          ClientName: 'reports',
          GenerateSecret: true,
          AllowedOAuthFlowsUserPoolClient: true,
          AllowedOAuthFlows: ['client_credentials'],
          AllowedOAuthScopes: [READ_SCOPE, WRITE_SCOPE],
          ...RESTRICTED,
        },
      },
    ]);
  });
});

describe('findClient', () => {
  it.each([
    ['with everything it needs and no more', RESTRICTED, true],
    ['with defaults', {}, false],
    ['that signs people in', { ...RESTRICTED, ExplicitAuthFlows: ['ALLOW_USER_AUTH'] }, false],
    ['that writes attributes', { ...RESTRICTED, WriteAttributes: ['email', 'locale'] }, false],
    ['that writes all attributes', { ...RESTRICTED, WriteAttributes: undefined }, false],
    ['that tells users apart', { ...RESTRICTED, PreventUserExistenceErrors: 'LEGACY' }, false],
    ['whose tokens last', { ...RESTRICTED, EnableTokenRevocation: false }, false],
  ])('says whether a client %s is restricted', async (_what, given, isRestricted) => {
    const { clients, sent } = aPool({ UserPoolClient: { ...DEFAULTS, ...given } });

    expect(await clients.findClient('client-1')).toEqual({ isRestricted });
    expect(sent).toEqual([{ command: 'DescribeUserPoolClientCommand', input: OF_CLIENT }]);
  });

  it('finds no client where there is none', async () => {
    expect(await aPool(gone()).clients.findClient('client-1')).toBeNull();
  });
});

describe('restrictClient', () => {
  it('keeps everything else of the client', async () => {
    const { clients, sent } = aPool({ UserPoolClient: DEFAULTS });

    await clients.restrictClient('client-1');

    const { ClientSecret, CreationDate, LastModifiedDate, ...kept } = DEFAULTS;
    expect(sent[1]).toEqual({
      command: 'UpdateUserPoolClientCommand',
      input: { ...kept, ...RESTRICTED },
    });
  });

  it('does nothing where there is no client', async () => {
    const { clients, sent } = aPool(gone());

    await clients.restrictClient('client-1');

    expect(sent).toHaveLength(1);
  });
});

describe('removeClient', () => {
  it('removes a client, or finds it gone', async () => {
    for (const answer of [{}, gone()]) {
      const { clients, sent } = aPool(answer);
      await clients.removeClient('client-1');
      expect(sent).toEqual([{ command: 'DeleteUserPoolClientCommand', input: OF_CLIENT }]);
    }
  });
});

describe('every operation', () => {
  const names = ['createClient', 'findClient', 'restrictClient', 'removeClient'] as const;

  it.each(names)('says when the pool is throttled (%s)', async (name) => {
    const { clients } = aPool(throttled());

    await expect(clients[name]('client-1')).rejects.toBeInstanceOf(UnavailableError);
  });

  it.each(names)('takes no other error for a client that is gone (%s)', async (name) => {
    const { clients } = aPool(new InvalidParameterException({ message: 'No', $metadata: {} }));

    await expect(clients[name]('client-1')).rejects.toMatchObject({ reason: 'invalid_value' });
  });
});
