/** What checkov reports on the templates: the accepted findings with their reasons, and all others. */
import * as v from 'valibot';

/** A finding that is accepted, on every resource whose type and logical id match. */
export interface AcceptedFinding {
  check: string;
  resource: RegExp;
  reason: string;
}

const FUNCTIONS = /^AWS::Lambda::Function\.(GetMe|PatchMe|ReleaseSmokeTest)Function/;

/** All accepted findings. One that no template has any more is an error. */
export const ACCEPTED_FINDINGS: readonly AcceptedFinding[] = [
  {
    check: 'CKV_AWS_26',
    resource: /^AWS::SNS::Topic\.Monitoring(Notifications|Tickets)Topic/,
    reason:
      'CloudWatch may not use the key that AWS manages for SNS, and messages name alarms, not people.',
  },
  {
    check: 'CKV_AWS_27',
    resource: /^AWS::SQS::Queue\.EventsUndelivered/,
    reason:
      'SQS encrypts it with its own key, which the check does not look for; it holds stream positions only.',
  },
  {
    check: 'CKV_AWS_59',
    resource: /^AWS::ApiGateway::Method\.ApiusersmeANY/,
    reason: 'It responds with 405 to unknown methods, without a function and without account data.',
  },
  {
    check: 'CKV_AWS_115',
    resource: FUNCTIONS,
    reason:
      'The gateway limits the rate; reserved concurrency would take from the account what other functions need.',
  },
  {
    check: 'CKV_AWS_116',
    resource: FUNCTIONS,
    reason: 'They are invoked synchronously, and Lambda sends only asynchronous events to a queue.',
  },
  {
    check: 'CKV_AWS_117',
    resource: FUNCTIONS,
    reason:
      'They call AWS services only, over TLS and with their own role; a VPC would add its gateways.',
  },
  {
    check: 'CKV_AWS_120',
    resource: /^AWS::ApiGateway::Stage\.ApiDeploymentStagev1/,
    reason: 'Every response is about the caller and may change any time: nothing may be cached.',
  },
  {
    check: 'CKV_AWS_158',
    resource: /^AWS::Logs::LogGroup\.(GetMeLogs|PatchMeLogs|ApiAccessLogs|ReleaseSmokeTestLogs)/,
    reason:
      'CloudWatch Logs encrypts them with its own key; the setting kmsKeyArn chooses another.',
  },
  {
    check: 'CKV_AWS_173',
    resource: FUNCTIONS,
    reason: 'Lambda encrypts the variables with its own key, and no variable is a secret.',
  },
];

const ReportSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    results: v.object({
      failed_checks: v.array(
        v.object({
          check_id: v.string(),
          check_name: v.string(),
          file_path: v.string(),
          resource: v.string(),
        }),
      ),
    }),
    summary: v.object({ passed: v.number(), parsing_errors: v.number() }),
  }),
);

/**
 * The faults in checkov's report as JSON, one sentence each: findings that are not accepted, and
 * accepted findings that it does not have.
 * @throws Error for a report on nothing, or on files that could not be parsed
 */
export function scanFaults(report: string, accepted: readonly AcceptedFinding[]): string[] {
  const { results, summary } = v.parse(ReportSchema, report);
  if (summary.passed === 0 || summary.parsing_errors > 0) {
    throw new Error('checkov did not read the templates');
  }
  const unused = new Set(accepted);
  const findings = results.failed_checks.flatMap(
    ({ check_id, check_name, file_path, resource }) => {
      const found = accepted.find((one) => one.check === check_id && one.resource.test(resource));
      if (found === undefined) return [`${file_path} ${resource}: ${check_name} (${check_id}).`];
      unused.delete(found);
      return [];
    },
  );
  const stale = [...unused].map(({ check, resource }) => `Nothing needs ${check} for ${resource}.`);
  return [...findings, ...stale];
}
