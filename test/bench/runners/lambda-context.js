/** Context object of a Lambda invocation. */
export function lambdaContext() {
  return {
    functionName: 'get-me',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:get-me',
    memoryLimitInMB: '512',
    awsRequestId: '8d5a1c1e-4a76-4d0b-9a0c-0e3a5a7a5d11',
    logGroupName: '/aws/lambda/get-me',
    logStreamName: '2026/01/01/[$LATEST]abc',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => 10_000,
  };
}
