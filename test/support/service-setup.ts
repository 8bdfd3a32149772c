/** Set-up of the tests that need a deployed service or a real table: started once, ended with them. */
import type { TestProject } from 'vitest/node';
import { startLocalService } from '../../tools/local-service.ts';
import type { LocalStack } from '../../tools/stack-file.ts';
import { type DynamoDbLocal, startDynamoDbLocal } from './dynamodb-local.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The deployed service. */
    stack: LocalStack;
    /** Where its cloud keeps its state. */
    cloudFolder: string;
    /** Address of AWS's DynamoDB Local; null where the machine has no Java for it. */
    dynamoDbUrl: string | null;
  }
}

export default async function setUp(project: TestProject) {
  let service: Awaited<ReturnType<typeof startLocalService>> | null = null;
  let database: DynamoDbLocal | null = null;
  const tearDown = async () => {
    await Promise.all([service?.stop(), database?.stop()]);
  };
  try {
    service = await startLocalService({ name: 'test', cloud: { port: 0 }, print: console.log });
    database = await startDynamoDbLocal();
    project.provide('stack', service.stack);
    project.provide('cloudFolder', service.folder);
    project.provide('dynamoDbUrl', database?.url ?? null);
  } catch (error) {
    await tearDown();
    throw error;
  }
  return tearDown;
}
