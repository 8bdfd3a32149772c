/**
 * The whole service as one construct: sign-in, table, two functions, API, monitoring. Composes
 * other constructs, so that another team can add it to a stack of their own.
 */
import { Tags } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ApiFunction } from './api/api-function.ts';
import { Release } from './api/release.ts';
import { UsersApi } from './api/users-api.ts';
import { AccountEvents } from './data/account-events.ts';
import { UsersTable } from './data/users-table.ts';
import { AlarmMessages } from './monitoring/alarm-messages.ts';
import { Monitoring } from './monitoring/monitoring.ts';
import { grantNotices } from './people/owner-notices.ts';
import { UserDirectory } from './people/user-directory.ts';
import type { StageConfig } from './settings/stage-config.ts';

/** Properties of `CurrentUserApi`. */
export interface CurrentUserApiProps {
  /** Settings of this deployment, see `parseStageConfig`. */
  readonly config: StageConfig;
}

/** `GET` and `PATCH /users/me`. Keep the construct ids: stateful resources are named after them. */
export class CurrentUserApi extends Construct {
  /** The user pool and its sign-in. */
  readonly directory: UserDirectory;
  /** The table of accounts. */
  readonly users: UsersTable;
  /** Events about changed accounts; null without the setting `eventBus`. */
  readonly events: AccountEvents | null = null;
  /** True with the setting `noticesFrom`. */
  readonly sendsNotices: boolean;
  readonly getMe: ApiFunction;
  readonly patchMe: ApiFunction;
  /** The HTTP API; its `url` is the base URL for callers. */
  readonly api: UsersApi;
  readonly monitoring: Monitoring;
  /** Address of the dashboard in the console. */
  readonly dashboardUrl: string;

  constructor(scope: Construct, id: string, { config }: CurrentUserApiProps) {
    super(scope, id);
    for (const [name, value] of Object.entries(config.tags)) Tags.of(this).add(name, value);
    this.sendsNotices = config.noticesFrom !== null;
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
      // A first call, a profile from the directory, a change that broke off: a read can change too.
      logs: 'audit',
      config,
    });
    this.users.grantItems(this.getMe);
    this.directory.grantSync(this.getMe);
    // A read finishes a change that broke off, and tells of it.
    grantNotices(this.getMe, config);

    this.patchMe = new ApiFunction(this, 'PatchMe', {
      entry: 'patch-me',
      description: 'PATCH /users/me: the caller edits their account',
      logs: 'audit',
      config,
    });
    this.users.grantItems(this.patchMe);
    this.directory.grantEdit(this.patchMe);
    grantNotices(this.patchMe, config);

    this.api = new UsersApi(this, 'Api', { config, pool: this.directory.pool });
    const messages = new AlarmMessages(this, config);
    this.dashboardUrl = messages.dashboardUrl;
    const release = new Release(this, 'Release', {
      config,
      functions: [this.getMe, this.patchMe],
      describeAlarm: messages.describe,
    });
    for (const method of ['GET', 'HEAD'] as const) {
      this.api.addOperation(method, release.invocationTarget(this.getMe));
    }
    this.api.addOperation('PATCH', release.invocationTarget(this.patchMe));
    this.monitoring = new Monitoring(this, 'Monitoring', {
      config,
      service: this,
      messages,
      releaseAlarms: release.failuresAlarms,
    });
    release.rollBackOn(this.monitoring.rollbackAlarms);
  }
}
