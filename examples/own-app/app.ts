/** Another team's CDK app that holds the service in a stack of its own. */
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { CurrentUserApi } from 'current-user-service/current-user-api';
import { parseStageConfig } from 'current-user-service/stage-config';

const stack = new Stack(new App(), 'our-accounts');
const callbackUrls = ['https://app.example.com/callback'];
const config = parseStageConfig({ stage: 'production', callbackUrls });
const service = new CurrentUserApi(stack, 'CurrentUser', { config });
new CfnOutput(stack, 'ApiUrl', { value: service.api.url });
