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
import { deploymentName, domainLabel, resourceName } from './deployment-name.ts';
import { DeploymentOutputs } from './deployment-outputs.ts';
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

/**
 * `GET` and `PATCH /users/me`, with the outputs by which tools find it. Keep the construct ids, this
 * one's own too: stateful resources and the deployment's name are made of them.
 */
export class CurrentUserApi extends Construct {
  /** Unique in account and region; names the API, its metrics, saved queries, events and web ACL. */
  readonly deploymentName: string;
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
  readonly release: Release;
  readonly monitoring: Monitoring;
  /** Address of the dashboard in the console. */
  readonly dashboardUrl: string;

  constructor(scope: Construct, id: string, { config }: CurrentUserApiProps) {
    super(scope, id);
    for (const [name, value] of Object.entries(config.tags)) Tags.of(this).add(name, value);
    this.deploymentName = deploymentName(this);
    const { deploymentName: name } = this;
    this.sendsNotices = config.noticesFrom !== null;
    this.directory = new UserDirectory(this, 'Directory', {
      config,
      domainLabel: domainLabel(name),
    });
    this.users = new UsersTable(this, 'Users', config);
    if (config.eventBus !== null) {
      this.events = new AccountEvents(this, 'Events', {
        table: this.users.table,
        busName: config.eventBus,
        source: name,
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

    this.api = new UsersApi(this, 'Api', { config, name, pool: this.directory.pool });
    const messages = new AlarmMessages(this, resourceName(name), config);
    this.dashboardUrl = messages.dashboardUrl;
    this.release = new Release(this, 'Release', {
      config,
      functions: [this.getMe, this.patchMe],
      describeAlarm: messages.describe,
    });
    for (const method of ['GET', 'HEAD'] as const) {
      this.api.addOperation(method, this.release.invocationTarget(this.getMe));
    }
    this.api.addOperation('PATCH', this.release.invocationTarget(this.patchMe));
    this.monitoring = new Monitoring(this, 'Monitoring', {
      config,
      service: this,
      messages,
      releaseAlarms: this.release.failuresAlarms,
    });
    this.release.rollBackOn(this.monitoring.rollbackAlarms);
    new DeploymentOutputs(this, 'Outputs', config);
  }
}
