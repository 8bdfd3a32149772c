/**
 * The kinds of alarm there are: a limit of one metric, several that mean one thing, and an objective
 * that is used up too fast. Each says what is the case and names its article of the runbook. Knows
 * no metric of this service.
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
import type { Burn } from './slo.ts';

/** When a metric is bad. */
export interface Limit {
  readonly metric: IMetric;
  /** It is bad at this value and above. */
  readonly threshold: number;
  /** For so many periods in a row. @default 1 */
  readonly periods?: number;
  /** What is the case then, as a sentence. */
  readonly says: string;
}

/** When an objective is used up too fast. */
export interface BurnLimit {
  readonly burn: Burn;
  /** What the objective allows. */
  readonly allowedPercent: number;
  readonly percent: (window: 'long' | 'short', period: Duration) => IMetric;
  /** What is the case then, as a sentence without its end. */
  readonly says: string;
}

/** Makes alarms below one construct. */
export class AlarmMaker {
  readonly #scope: Construct;
  readonly #action: IAlarmAction;
  /** The alarms that tell somebody, in the order in which they were made. */
  readonly telling: IAlarm[] = [];

  constructor(scope: Construct, action: IAlarmAction) {
    this.#scope = scope;
    this.#action = action;
  }

  /** An alarm of one metric, which tells nobody by itself. No data is no trouble. */
  limit(id: string, { metric, threshold, periods = 1, says }: Limit, article = id): Alarm {
    return new Alarm(this.#scope, id, {
      alarmDescription: described(says, article),
      metric,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  /** The same, and somebody is told. */
  tellingLimit(id: string, limit: Limit): void {
    this.#tell(this.limit(id, limit));
  }

  /** Tells somebody once while any of these rings, unless another alarm has told them already. */
  tellingAnyOf(id: string, alarms: readonly IAlarm[], says: string, toldBy: CompositeAlarm): void {
    this.#compose(id, AlarmRule.anyOf(...alarms), says, toldBy);
  }

  /** Tells somebody while both windows of a burn rate are bad. */
  tellingBurn(id: string, given: BurnLimit, toldBy?: CompositeAlarm): CompositeAlarm {
    const { burn, allowedPercent, percent, says } = given;
    const windows = (['long', 'short'] as const).map((window) => {
      const period = burn[window];
      const rate = `${burn.rate} times as fast as allowed over ${period.toHumanString()}`;
      const metric = percent(window, period);
      const limit = { metric, threshold: burn.rate * allowedPercent, says: `${says}, ${rate}.` };
      return this.limit(`${id}${window === 'long' ? 'Long' : 'Short'}`, limit, id);
    });
    return this.#compose(id, AlarmRule.allOf(...windows), `${says}.`, toldBy);
  }

  #compose(id: string, alarmRule: IAlarmRule, says: string, toldBy?: CompositeAlarm) {
    const alarm = new CompositeAlarm(this.#scope, id, {
      alarmDescription: described(says, id),
      alarmRule,
      ...(toldBy && { actionsSuppressor: toldBy }),
    });
    this.#tell(alarm);
    return alarm;
  }

  #tell(alarm: Alarm | CompositeAlarm): void {
    alarm.addAlarmAction(this.#action);
    alarm.addOkAction(this.#action);
    this.telling.push(alarm);
  }
}

function described(says: string, article: string): string {
  return `${says} Runbook: docs/runbook.md#${article.toLowerCase()}`;
}
