/**
 * Lets the gate invoke the functions of a REST API, while the emulator still routes, authorises and
 * throttles: the emulator's Lambda proxy integrations become mocks whose response names the function.
 */
import * as v from 'valibot';
import type { Forward, GateResponse } from './gate.ts';

/** A Lambda proxy integration. */
export type Integration = v.InferOutput<typeof IntegrationSchema>;

/** Response header of a mock that stands for an integration. */
const MARK = 'x-gate-integration';

const IntegrationSchema = v.object({
  /** `arn:aws:apigateway:<region>:lambda:path/2015-03-31/functions/<ARN>/invocations` */
  uri: v.string(),
  timeoutInMillis: v.number(),
  resourceId: v.string(),
  resourcePath: v.string(),
  authorizationType: v.string(),
});

const MethodSchema = v.object({
  authorizationType: v.string(),
  methodIntegration: v.nullish(
    v.object({ type: v.string(), uri: v.nullish(v.string(), ''), timeoutInMillis: v.number() }),
  ),
});
const ResourcesSchema = v.object({
  item: v.array(
    v.object({
      id: v.string(),
      path: v.string(),
      resourceMethods: v.nullish(v.record(v.string(), MethodSchema), {}),
    }),
  ),
});

/** Replaces the Lambda proxy integrations of an API, also those of a later deployment. */
export async function takeOverIntegrations(apiId: string, forward: Forward): Promise<void> {
  const base = `/restapis/${apiId}/resources`;
  const found = await send(forward, 'GET', `${base}?embed=methods&limit=500`);
  // No such API: the call itself gets the emulator's response.
  if (found.status !== 200) return;
  const resources = parseJson(ResourcesSchema, found.body);
  for (const { id, path, resourceMethods } of resources.item) {
    for (const [name, method] of Object.entries(resourceMethods)) {
      const { authorizationType, methodIntegration } = method;
      if (methodIntegration?.type !== 'AWS_PROXY') continue;
      const { uri, timeoutInMillis } = methodIntegration;
      const integration = { uri, timeoutInMillis, authorizationType };
      const mark = JSON.stringify({ ...integration, resourceId: id, resourcePath: path });
      const url = `${base}/${id}/methods/${name}/integration`;
      // In this order: a request in between still finds a complete integration.
      await send(forward, 'PUT', `${url}/responses/200`, {
        responseParameters: { [`method.response.header.${MARK}`]: `'${mark}'` },
      });
      await send(forward, 'PATCH', url, {
        patchOperations: [{ op: 'replace', path: '/type', value: 'MOCK' }],
      });
    }
  }
}

/** The integration that a response of the emulator stands for; null for a response to the client. */
export function integrationOf({ headers }: GateResponse): Integration | null {
  const mark = headers[MARK];
  return typeof mark === 'string' ? parseJson(IntegrationSchema, mark) : null;
}

/** Invokes the function with an event; resolves to its payload, or null when it failed. */
export async function invoke(
  { uri }: Integration,
  event: object,
  forward: Forward,
): Promise<unknown> {
  const functionArn = /\/functions\/(.+)\/invocations$/.exec(uri)?.[1] ?? '';
  const path = `/2015-03-31/functions/${encodeURIComponent(functionArn)}/invocations`;
  const { status, headers, body } = await send(forward, 'POST', path, event);
  if (status !== 200 || headers['x-amz-function-error'] !== undefined) return null;
  return parseJson(v.unknown(), body);
}

function send(forward: Forward, method: string, url: string, body?: object) {
  const headers = { 'content-type': 'application/json' };
  return forward({ method, url, headers, body: Buffer.from(body ? JSON.stringify(body) : '') });
}

function parseJson<T extends v.GenericSchema>(schema: T, text: Buffer | string) {
  return v.parse(v.pipe(v.string(), v.parseJson(), schema), String(text));
}
