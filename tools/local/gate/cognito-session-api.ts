/**
 * Session management: lists and ends sessions, also those of the hosted sign-in, and configures how
 * long its cookie is reused. The emulator knows none of these operations.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/managing-user-sessions.html
 */
import * as v from 'valibot';
import { type CognitoCall, onCognitoCall, refused, succeeded, textOf } from './cognito-api.ts';
import type { SessionStore, SsoSession, TokenSession } from './cognito-session-store.ts';
import { findUser, poolOf } from './cognito-users.ts';
import type { Behaviour, GateResponse } from './gate.ts';

/** Reuse of the cookie that Cognito allows by default. */
const DEFAULT_MINUTES = 60;

const PoolConfigurationSchema = v.object({
  UserPoolId: v.string(),
  UserSessionTracking: v.picklist(['ENABLED', 'DISABLED']),
  TokenSession: v.object({
    MaxPerUser: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)),
  }),
});
type PoolConfiguration = v.InferOutput<typeof PoolConfigurationSchema>;
const ClientConfigurationSchema = v.object({
  UserPoolId: v.string(),
  ClientId: v.string(),
  SSOSession: v.object({
    MaxValidityMinutes: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(129_600)),
  }),
});
type ClientConfiguration = v.InferOutput<typeof ClientConfigurationSchema>;

/** The operations, and what was configured. */
export interface SessionManagement {
  behaviour: Behaviour;
  /** For how long after credentials were given a client may reuse the hosted sign-in. */
  reusableMinutes(poolId: string, clientId: string): number;
}

/** Session tracking is off in every pool, as it is by default. */
export function createSessionManagement(store: SessionStore): SessionManagement {
  const pools = new Map<string, PoolConfiguration>();
  const clients = new Map<string, ClientConfiguration>();
  const poolConfiguration = (UserPoolId: string): PoolConfiguration =>
    pools.get(UserPoolId) ?? {
      UserPoolId,
      UserSessionTracking: 'DISABLED',
      TokenSession: { MaxPerUser: 20 },
    };
  const clientConfiguration = (UserPoolId: string, ClientId: string): ClientConfiguration =>
    clients.get(ClientId) ?? {
      UserPoolId,
      ClientId,
      SSOSession: { MaxValidityMinutes: DEFAULT_MINUTES },
    };
  const isTracked = (poolId: string) => poolConfiguration(poolId).UserSessionTracking === 'ENABLED';

  const operations: Record<string, (call: CognitoCall) => Promise<GateResponse> | GateResponse> = {
    GetUserPoolSessionConfiguration: ({ input }) =>
      succeeded(poolConfiguration(textOf(input, 'UserPoolId'))),
    SetUserPoolSessionConfiguration: ({ input }) => {
      const configuration = v.parse(PoolConfigurationSchema, input);
      pools.set(configuration.UserPoolId, configuration);
      return succeeded(configuration);
    },
    GetUserPoolClientSessionConfiguration: ({ input }) =>
      succeeded(clientConfiguration(textOf(input, 'UserPoolId'), textOf(input, 'ClientId'))),
    SetUserPoolClientSessionConfiguration: ({ input }) => {
      const configuration = v.parse(ClientConfigurationSchema, input);
      if (!isTracked(configuration.UserPoolId)) return notTracked();
      clients.set(configuration.ClientId, configuration);
      return succeeded(configuration);
    },
    AdminListUserSessions: (call) =>
      forUser(call, (sessions) => succeeded({ Sessions: sessions.map(describe) })),
    AdminRevokeUserSession: (call) =>
      forUser(call, (sessions) => {
        const session = sessions.find(({ id }) => id === textOf(call.input, 'SessionId'));
        if (!session) return refused('ResourceNotFoundException', 'Session does not exist.');
        store.end(session, call.input['RevokeAssociatedSessions'] === 'LINKED');
        return succeeded();
      }),
  };

  async function forUser(
    { input, forward }: CognitoCall,
    respond: (sessions: (TokenSession | SsoSession)[]) => GateResponse,
  ): Promise<GateResponse> {
    const poolId = textOf(input, 'UserPoolId');
    if (!isTracked(poolId)) return notTracked();
    const user = await findUser(forward, poolId, textOf(input, 'Username'));
    if (!user) return refused('UserNotFoundException', 'User does not exist.');
    return respond(store.of(poolId, user.username));
  }

  return {
    reusableMinutes: (poolId, clientId) =>
      isTracked(poolId)
        ? clientConfiguration(poolId, clientId).SSOSession.MaxValidityMinutes
        : DEFAULT_MINUTES,
    behaviour: onCognitoCall(async (call) => {
      const handle = operations[call.operation];
      if (!handle) return call.forward(call.request);
      const pool = await poolOf(call.forward, textOf(call.input, 'UserPoolId'));
      if (!pool) return refused('ResourceNotFoundException', 'User pool does not exist.');
      if (pool.UserPoolTier === 'LITE' && call.operation.startsWith('Set')) {
        return refused('FeatureUnavailableInTierException', 'Session management needs Essentials.');
      }
      try {
        return await handle(call);
      } catch (error) {
        if (!(error instanceof v.ValiError)) throw error;
        return refused('InvalidParameterException', 'A parameter is missing or out of range.');
      }
    }),
  };
}

const notTracked = () =>
  refused('OperationNotEnabledException', 'Session tracking is not enabled for this user pool.');

function describe(session: TokenSession | SsoSession) {
  const origin = session.type === 'TOKEN' ? session.origin : null;
  return {
    SessionId: session.id,
    SessionType: session.type,
    ClientId: session.type === 'TOKEN' ? session.clientId : session.owner?.clientId,
    CreateDate: session.createdAt / 1000,
    LastActiveDate: session.lastActiveAt / 1000,
    DeviceType: 'unknown',
    LastIPAddress: '127.0.0.1',
    ...(origin ? { OriginSessionId: origin.id } : {}),
    IsCurrentSession: false,
  };
}
