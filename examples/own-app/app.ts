/** Another team's CDK app that holds the service in a stack of its own. */
import { App } from 'aws-cdk-lib';
import { parseStageConfig } from 'current-user-service/stage-config';
import { AccountsStack } from './accounts-stack.ts';

const callbackUrls = ['https://app.example.com/callback'];
const config = parseStageConfig({ stage: 'production', callbackUrls });
// Without termination protection one command would take the API, its URL and all sign-in clients away.
new AccountsStack(new App(), 'our-accounts', { config, terminationProtection: true });
