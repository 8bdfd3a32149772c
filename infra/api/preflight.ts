/** The response to a CORS preflight request. */
import { Duration } from 'aws-cdk-lib';
import { CfnMethod, type IResource } from 'aws-cdk-lib/aws-apigateway';
import type { StageConfig } from '../settings/stage-config.ts';

/** Request headers that pages of the configured origins may send, besides those of `corsHeaders`. */
const ALLOWED_HEADERS = [
  'authorization',
  'baggage',
  'content-type',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-unmodified-since',
  'traceparent',
  'tracestate',
];

/** Lets pages of the configured origins send requests of these methods. */
export function addPreflight(
  resource: IResource,
  methods: readonly string[],
  { corsOrigins, corsHeaders }: StageConfig,
): void {
  const { defaultChild } = resource.addCorsPreflight({
    allowOrigins: corsOrigins,
    allowMethods: [...methods],
    allowHeaders: [
      ...new Set([...ALLOWED_HEADERS, ...corsHeaders.map((name) => name.toLowerCase())]),
    ],
    maxAge: Duration.hours(1),
  }).node;
  // CDK would pass a body of another media type on to the mock integration, which responds with 500.
  if (defaultChild instanceof CfnMethod) {
    defaultChild.addPropertyOverride('Integration.PassthroughBehavior', 'NEVER');
  }
}
