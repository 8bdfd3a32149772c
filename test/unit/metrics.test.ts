import { describe, expect, it } from 'vitest';
import { embeddedMetrics } from '../../lib/metrics.ts';

describe('embeddedMetrics', () => {
  it('makes metrics of what was measured, by function', () => {
    const line = embeddedMetrics(
      'get-me',
      { StoreLatency: [1.5, 2], Latency: 7 },
      1_767_225_600_000,
    );

    expect(line).toEqual({
      _aws: {
        Timestamp: 1_767_225_600_000,
        CloudWatchMetrics: [
          {
            Namespace: 'CurrentUser',
            Dimensions: [['FunctionName']],
            Metrics: [
              { Name: 'Latency', Unit: 'Milliseconds' },
              { Name: 'StoreLatency', Unit: 'Milliseconds' },
            ],
          },
        ],
      },
      FunctionName: 'get-me',
      Latency: 7,
      StoreLatency: [1.5, 2],
    });
  });

  it('names no metric that has no value, because each one costs', () => {
    const { _aws } = embeddedMetrics('get-me', { Latency: 7 }, 0);

    expect(_aws.CloudWatchMetrics[0]?.Metrics.map(({ Name }) => Name)).toEqual(['Latency']);
  });
});
