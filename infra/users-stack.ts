/** Composes the service of one deployment and names what comes out of it; defines no resource. */
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ApiFunction } from './api-function.ts';
import type { StageConfig } from './stage-config.ts';
import { UserDirectory } from './user-directory.ts';
import { UsersApi } from './users-api.ts';
import { UsersTable } from './users-table.ts';

/** What a stack of the service needs. */
export interface UsersStackProps extends StackProps {
  readonly config: StageConfig;
}

/** The whole service: sign-in, table, two functions, API. The ids here are state: keep them. */
export class UsersStack extends Stack {
  constructor(scope: Construct, id: string, { config, ...props }: UsersStackProps) {
    super(scope, id, props);
    // CDK spells out that a function depends on its role, which its reference to it says already.
    this.templateOptions.metadata = { 'cfn-lint': { config: { ignore_checks: ['W3005'] } } };
    const directory = new UserDirectory(this, 'Directory', config);
    const users = new UsersTable(this, 'Users', config);

    const getMe = new ApiFunction(this, 'GetMe', {
      entry: 'get-me',
      description: 'GET /users/me: the caller reads their account',
      config,
    });
    users.grantItems(getMe);
    directory.grantKeepInStep(getMe);

    const patchMe = new ApiFunction(this, 'PatchMe', {
      entry: 'patch-me',
      description: 'PATCH /users/me: the caller edits their account',
      config,
    });
    users.grantItems(patchMe);
    directory.grantEdit(patchMe);
    patchMe.countLogEvent('PRIVILEGED_CHANGE_REFUSED', 'PrivilegedChangeRefused');

    const api = new UsersApi(this, 'Api', { config, pool: directory.pool });
    api.addOperation('GET', getMe);
    api.addOperation('PATCH', patchMe);

    const signIn = directory.domain.baseUrl();
    this.#output({
      ApiUrl: api.url,
      AuthorizeUrl: `${signIn}/oauth2/authorize`,
      TokenUrl: `${signIn}/oauth2/token`,
      UserPoolId: directory.pool.userPoolId,
      SpaClientId: directory.spaClient.userPoolClientId,
      RedirectUri: config.callbackUrls[0],
      UsersTableName: users.table.tableName,
      GetMeFunctionName: getMe.lambda.functionName,
      PatchMeFunctionName: patchMe.lambda.functionName,
    });
  }

  #output(values: Record<string, string | undefined>): void {
    for (const [name, value] of Object.entries(values)) {
      if (value !== undefined) new CfnOutput(this, name, { value });
    }
  }
}
