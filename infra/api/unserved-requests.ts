/**
 * Methods for requests that no operation serves. They respond with 404 or 405 to whatever is sent,
 * without a token and without a function.
 */
import { Validations } from 'aws-cdk-lib';
import {
  AuthorizationType,
  type IResource,
  type Method,
  MockIntegration,
  PassthroughBehavior,
} from 'aws-cdk-lib/aws-apigateway';
import { headersOf, METHOD_NOT_ALLOWED, templateOf } from './gateway-problems.ts';

/**
 * Responds with 404 to every method of a path without an operation. Without such a method, API Gateway
 * takes a bearer token on an unknown path for a faulty AWS signature and responds with 403. The
 * method asks for an API key, and there is none: so it refuses any media type, needs no template,
 * and costs nothing.
 */
export function addNotFound(resource: IResource): void {
  const method = resource.addMethod('ANY', new MockIntegration(), {
    authorizationType: AuthorizationType.NONE,
    apiKeyRequired: true,
  });
  acknowledgeOpenMethod(method, '404 to unknown paths');
}

/**
 * Responds with 405 to every other method of an operation's path. A mock integration needs a template
 * for the status, and a template is for one media type: for the others API Gateway sends its
 * response UNSUPPORTED_MEDIA_TYPE, which is the same problem.
 */
export function addMethodNotAllowed(resource: IResource, allow: string): void {
  const statusCode = String(METHOD_NOT_ALLOWED.status);
  const headers = Object.entries(headersOf(METHOD_NOT_ALLOWED, allow)).map(
    ([name, value]) => [`method.response.header.${name}`, value] as const,
  );
  const integration = new MockIntegration({
    passthroughBehavior: PassthroughBehavior.NEVER,
    requestTemplates: {
      'application/json': JSON.stringify({ statusCode: METHOD_NOT_ALLOWED.status }),
    },
    integrationResponses: [
      {
        statusCode,
        responseParameters: Object.fromEntries(headers),
        responseTemplates: { 'application/json': templateOf(METHOD_NOT_ALLOWED) },
      },
    ],
  });
  const responseParameters = Object.fromEntries(headers.map(([name]) => [name, true]));
  const method = resource.addMethod('ANY', integration, {
    authorizationType: AuthorizationType.NONE,
    methodResponses: [{ statusCode, responseParameters }],
  });
  acknowledgeOpenMethod(method, '405 to unknown methods');
}

function acknowledgeOpenMethod(method: Method, response: string): void {
  const reason = `It responds with ${response}, without a function and without account data.`;
  Validations.of(method).acknowledge(
    { id: 'AwsSolutions-APIG4', reason },
    { id: 'AwsSolutions-COG4', reason },
  );
}
