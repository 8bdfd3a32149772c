/** Who a run of acceptance makes for itself. */
import type { Tokens } from '../local/sign-in.ts';
import type { ApiResponse } from './api-client.ts';
import type { Credentials } from './password-sign-in.ts';

/** Someone who was made by the run and has signed in. */
export interface Person extends Credentials {
  username: string;
  email: string;
  subject: string;
  directoryName: string;
  tokens: Tokens;
  get(headers?: Record<string, string>): Promise<ApiResponse>;
  patch(fields: unknown, headers?: Record<string, string>): Promise<ApiResponse>;
}

/** A service account that was made by the run. */
export interface Service {
  username: string;
  clientId: string;
  clientSecret: string;
}
