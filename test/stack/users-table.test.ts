import { describe, expect, it } from 'vitest';
import { synthesised, templateOf, theOne } from './synthesised.ts';

const tableOf = (stage: 'local' | 'dev' | 'production') =>
  theOne(templateOf(stage), 'AWS::DynamoDB::GlobalTable');

describe('the table', () => {
  it('has one text key and no index', () => {
    const { Properties } = tableOf('dev');

    expect(Properties.KeySchema).toEqual([{ AttributeName: 'pk', KeyType: 'HASH' }]);
    expect(Properties.AttributeDefinitions).toEqual([{ AttributeName: 'pk', AttributeType: 'S' }]);
    expect(Properties).not.toHaveProperty('GlobalSecondaryIndexes');
  });

  it('is paid by request', () => {
    expect(tableOf('dev').Properties.BillingMode).toBe('PAY_PER_REQUEST');
  });

  it('has a stream whatever the settings, which never changes together with the replicas', () => {
    const withReplicas = { region: 'eu-west-1', replicaRegions: 'eu-west-2', eventBus: 'accounts' };

    for (const settings of [{}, { stage: 'local' }, withReplicas]) {
      const { Properties } = theOne(synthesised(settings), 'AWS::DynamoDB::GlobalTable');

      expect(Properties.StreamSpecification).toEqual({ StreamViewType: 'NEW_AND_OLD_IMAGES' });
    }
  });

  it.each(['local', 'dev', 'production'] as const)(
    'can be restored to a point in time in stage %s',
    (stage) => {
      const [replica] = tableOf(stage).Properties.Replicas;

      expect(replica.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled).toBe(true);
    },
  );

  it.each([
    ['local', false, 'Delete'],
    ['dev', true, 'Retain'],
    ['production', true, 'Retain'],
  ] as const)('in stage %s has deletion protection %s and policy %s', (stage, kept, policy) => {
    const { Properties, DeletionPolicy } = tableOf(stage);

    expect(Properties.Replicas[0].DeletionProtectionEnabled).toBe(kept);
    expect(DeletionPolicy).toBe(policy);
  });
});
