/**
 * Creates the service's kinds of alarm: one metric above a threshold, any of several alarms, and an
 * error budget that burns too fast. Each says which runbook entry is its own. Knows no metric of this
 * service.
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
import type { DescribeAlarm } from './alarm-messages.ts';
import type { BurnRateWindow } from './slo.ts';

/** How soon somebody has to look: `page` now, `ticket` within the day. */
export type Urgency = 'page' | 'ticket';

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

/** An alarm that fires while any of others does. */
export interface AnyOfProps {
  readonly urgency: Urgency;
  readonly alarms: readonly IAlarm[];
  /** What has happened, as a whole sentence. */
  readonly description: string;
  /** Notifies of nothing while this one fires. */
  readonly suppressedBy: CompositeAlarm;
}

/** When an error budget burns too fast. */
export interface BurnRateProps {
  readonly urgency: Urgency;
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
  readonly #actions: Readonly<Record<Urgency, IAlarmAction>>;
  readonly #describe: DescribeAlarm;
  readonly #folder: string;
  /** The alarms that notify, in order of creation. */
  readonly notifying: IAlarm[] = [];

  /** @param folder unique in account and region: composite alarms are named in it */
  constructor(
    scope: Construct,
    actions: Readonly<Record<Urgency, IAlarmAction>>,
    { describe, folder }: { describe: DescribeAlarm; folder: string },
  ) {
    this.#scope = scope;
    this.#actions = actions;
    this.#describe = describe;
    this.#folder = folder;
  }

  /** An alarm on one metric that does not notify. Missing data does not breach. */
  onThreshold(id: string, props: ThresholdProps, runbookEntry = id): Alarm {
    const { metric, threshold, periods = 1, breaching = periods, description } = props;
    return new Alarm(this.#scope, id, {
      alarmDescription: this.#describe(description, runbookEntry),
      metric,
      threshold,
      evaluationPeriods: periods,
      datapointsToAlarm: breaching,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  /** An alarm on one metric that notifies. */
  notifyOnThreshold(id: string, urgency: Urgency, props: ThresholdProps): void {
    this.#notify(this.onThreshold(id, props), urgency);
  }

  /** Notifies once while any of the alarms fires. */
  notifyOnAny(id: string, { alarms, ...props }: AnyOfProps): void {
    this.#compose(id, { ...props, alarmRule: AlarmRule.anyOf(...alarms) });
  }

  /** Notifies while the budget burns too fast over both windows, unless `suppressedBy` fires too. */
  notifyOnBurnRate(
    id: string,
    { urgency, burn, allowedPercent, percent, description }: BurnRateProps,
    suppressedBy?: CompositeAlarm,
  ): CompositeAlarm {
    const tooFast = `${description}, ${burn.rate} times as fast as allowed`;
    const windows = (['long', 'short'] as const).map((window) => {
      const period = burn[window];
      const props = {
        metric: percent(window, period),
        threshold: burn.rate * allowedPercent,
        description: `${tooFast} over ${period.toHumanString()}.`,
      };
      return this.onThreshold(`${id}${window === 'long' ? 'Long' : 'Short'}`, props, id);
    });
    return this.#compose(id, {
      urgency,
      alarmRule: AlarmRule.allOf(...windows),
      description: `${tooFast}.`,
      suppressedBy,
    });
  }

  #compose(
    id: string,
    { urgency, alarmRule, description, suppressedBy }: CompositeProps,
  ): CompositeAlarm {
    const alarm = new CompositeAlarm(this.#scope, id, {
      // CDK would name it after its path in the app, which two apps can have in common.
      compositeAlarmName: `${this.#folder}/${id}`,
      alarmDescription: this.#describe(description, id),
      alarmRule,
      ...(suppressedBy && { actionsSuppressor: suppressedBy }),
    });
    this.#notify(alarm, urgency);
    return alarm;
  }

  #notify(alarm: Alarm | CompositeAlarm, urgency: Urgency): void {
    alarm.addAlarmAction(this.#actions[urgency]);
    alarm.addOkAction(this.#actions[urgency]);
    this.notifying.push(alarm);
  }
}

interface CompositeProps {
  readonly urgency: Urgency;
  readonly alarmRule: IAlarmRule;
  readonly description: string;
  readonly suppressedBy: CompositeAlarm | undefined;
}
