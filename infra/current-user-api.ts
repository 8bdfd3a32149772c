/**
 * The heart of the service as one construct: sign-in, table, two functions, API. Composes and
 * defines no resource; another team can put it into a stack of its own.
 */
import { Tags } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ApiFunction } from './api/api-function.ts';
import { Release } from './api/release.ts';
import { UsersApi } from './api/users-api.ts';
import { AccountEvents } from './data/account-events.ts';
import { UsersTable } from './data/users-table.ts';
import { Monitoring } from './monitoring/monitoring.ts';
import { UserDirectory } from './people/user-directory.ts';
import type { StageConfig } from './settings/stage-config.ts';

/** What the service needs to know. */
export interface CurrentUserApiProps {
  /** Settings of this deployment, see `parseStageConfig`. */
  readonly config: StageConfig;
}

/** `GET` and `PATCH /users/me` with all they need. The ids here are state: keep them. */
export class CurrentUserApi extends Construct {
  /** Where people sign in. */
  readonly directory: UserDirectory;
  /** Where the accounts are. */
  readonly users: UsersTable;
  /** What tells others of changes; null where no bus is set. */
  readonly events: AccountEvents | null = null;
  readonly getMe: ApiFunction;
  readonly patchMe: ApiFunction;
  /** The HTTP side, whose `url` is the address to call. */
  readonly api: UsersApi;

  constructor(scope: Construct, id: string, { config }: CurrentUserApiProps) {
    super(scope, id);
    for (const [name, value] of Object.entries(config.tags)) Tags.of(this).add(name, value);
    this.directory = new UserDirectory(this, 'Directory', config);
    this.users = new UsersTable(this, 'Users', config);
    if (config.eventBus !== null) {
      this.events = new AccountEvents(this, 'Events', {
        table: this.users.table,
        busName: config.eventBus,
        source: `current-user-${config.stage}`,
      });
    }

    this.getMe = new ApiFunction(this, 'GetMe', {
      entry: 'get-me',
      description: 'GET /users/me: the caller reads their account',
      config,
    });
    this.users.grantItems(this.getMe);
    this.directory.grantSync(this.getMe);

    this.patchMe = new ApiFunction(this, 'PatchMe', {
      entry: 'patch-me',
      description: 'PATCH /users/me: the caller edits their account',
      config,
    });
    this.users.grantItems(this.patchMe);
    this.directory.grantEdit(this.patchMe);

    this.api = new UsersApi(this, 'Api', { config, pool: this.directory.pool });
    const release = new Release(this, 'Release', { config, functions: [this.getMe, this.patchMe] });
    this.api.addOperation('GET', release.invocationTarget(this.getMe));
    this.api.addOperation('PATCH', release.invocationTarget(this.patchMe));
    const monitoring = new Monitoring(this, 'Monitoring', { config, service: this });
    release.rollBackOn(monitoring.rollbackAlarms);
  }
}
