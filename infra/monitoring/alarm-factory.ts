/**
 * Creates the service's kinds of alarm: one metric above a threshold, any of several alarms, and an
 * error budget that burns too fast. Links each to its runbook entry. Knows no metric of this service.
 */
import type { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmRule,
  ComparisonOperator,
  CompositeAlarm,
  type IAlarm,
  type IAlarmAction,
  type IAlarmRule,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { BurnRateWindow } from './slo.ts';

/** When one metric is in alarm. */
export interface ThresholdProps {
  readonly metric: IMetric;
  /** In alarm at this value and above. */
  readonly threshold: number;
  /** Number of consecutive periods that are looked at. @default 1 */
  readonly periods?: number;
  /** How many of them must breach. @default all */
  readonly breaching?: number;
  /** What has happened, as a whole sentence. */
  readonly description: string;
}

/** When an error budget burns too fast. */
export interface BurnRateProps {
  readonly burn: BurnRateWindow;
  /** Percentage of requests that the objective lets miss it. */
  readonly allowedPercent: number;
  readonly percent: (window: 'long' | 'short', period: Duration) => IMetric;
  /** What has happened, as a sentence without its full stop. */
  readonly description: string;
}

/** Creates alarms below one construct. */
export class AlarmFactory {
  readonly #scope: Construct;
  readonly #action: IAlarmAction;
  readonly #folder: string;
  /** The alarms that notify, in order of creation. */
  readonly notifying: IAlarm[] = [];

  /** @param folder unique in account and region: composite alarms are named in it */
  constructor(scope: Construct, action: IAlarmAction, folder: string) {
    this.#scope = scope;
    this.#action = action;
    this.#folder = folder;
  }

  /** An alarm on one metric that does not notify. Missing data does not breach. */
  onThreshold(id: string, props: ThresholdProps, runbookAnchor = id): Alarm {
    const { metric, threshold, periods = 1, breaching = periods, description } = props;
    return new Alarm(this.#scope, id, {
      alarmDescription: withRunbookLink(description, runbookAnchor),
      metric,
      threshold,
      evaluationPeriods: periods,
      datapointsToAlarm: breaching,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  /** An alarm on one metric that notifies. */
  notifyOnThreshold(id: string, props: ThresholdProps): void {
    this.#notify(this.onThreshold(id, props));
  }

  /** Notifies once while any of the alarms fires, unless `suppressedBy` fires too. */
  notifyOnAny(
    id: string,
    alarms: readonly IAlarm[],
    description: string,
    suppressedBy: CompositeAlarm,
  ): void {
    this.#compose(id, AlarmRule.anyOf(...alarms), description, suppressedBy);
  }

  /** Notifies while the budget burns too fast over both windows, unless `suppressedBy` fires too. */
  notifyOnBurnRate(
    id: string,
    { burn, allowedPercent, percent, description }: BurnRateProps,
    suppressedBy?: CompositeAlarm,
  ): CompositeAlarm {
    const windows = (['long', 'short'] as const).map((window) => {
      const period = burn[window];
      const rate = `${burn.rate} times as fast as allowed over ${period.toHumanString()}`;
      const props = {
        metric: percent(window, period),
        threshold: burn.rate * allowedPercent,
        description: `${description}, ${rate}.`,
      };
      return this.onThreshold(`${id}${window === 'long' ? 'Long' : 'Short'}`, props, id);
    });
    return this.#compose(id, AlarmRule.allOf(...windows), `${description}.`, suppressedBy);
  }

  #compose(
    id: string,
    alarmRule: IAlarmRule,
    description: string,
    suppressedBy?: CompositeAlarm,
  ): CompositeAlarm {
    const alarm = new CompositeAlarm(this.#scope, id, {
      // CDK would name it after its path in the app, which two apps can have in common.
      compositeAlarmName: `${this.#folder}/${id}`,
      alarmDescription: withRunbookLink(description, id),
      alarmRule,
      ...(suppressedBy && { actionsSuppressor: suppressedBy }),
    });
    this.#notify(alarm);
    return alarm;
  }

  #notify(alarm: Alarm | CompositeAlarm): void {
    alarm.addAlarmAction(this.#action);
    alarm.addOkAction(this.#action);
    this.notifying.push(alarm);
  }
}

function withRunbookLink(description: string, runbookAnchor: string): string {
  return `${description} Runbook: docs/runbook.md#${runbookAnchor.toLowerCase()}`;
}
