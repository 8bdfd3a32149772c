import { describe, expect, it } from 'vitest';
import {
  ACCEPTED_FINDINGS,
  type AcceptedFinding,
  scanFaults,
} from '../../../../tools/checks/template-scan.ts';

const ACCEPTED: readonly AcceptedFinding[] = [
  { check: 'CKV_1', resource: /^AWS::SNS::Topic\.Alarms/, reason: 'It holds nothing.' },
];

const finding = (check_id: string, resource: string) => ({
  check_id,
  check_name: 'Ensure it is encrypted',
  file_path: '/dev.template.json',
  resource,
});
const report = (failed_checks: object[], summary = { passed: 9, parsing_errors: 0 }) =>
  JSON.stringify({ results: { failed_checks }, summary });

describe('scanFaults', () => {
  it('finds nothing where every finding is accepted', () => {
    const findings = ['AlarmsA', 'AlarmsB'].map((id) => finding('CKV_1', `AWS::SNS::Topic.${id}`));

    expect(scanFaults(report(findings), ACCEPTED)).toEqual([]);
  });

  it.each([
    ['another check', finding('CKV_2', 'AWS::SNS::Topic.AlarmsA')],
    ['another resource', finding('CKV_1', 'AWS::SNS::Topic.NewAlarms')],
  ])('reports %s', (_name, other) => {
    const findings = [finding('CKV_1', 'AWS::SNS::Topic.AlarmsA'), other];

    expect(scanFaults(report(findings), ACCEPTED)).toEqual([
      `/dev.template.json ${other.resource}: Ensure it is encrypted (${other.check_id}).`,
    ]);
  });

  it('reports an accepted finding that nothing has any more', () => {
    expect(scanFaults(report([]), ACCEPTED)).toEqual([
      'Nothing needs CKV_1 for /^AWS::SNS::Topic\\.Alarms/.',
    ]);
  });

  it.each([
    { passed: 0, parsing_errors: 0 },
    { passed: 9, parsing_errors: 1 },
  ])('takes no report for one of all templates: %j', (summary) => {
    expect(() => scanFaults(report([], summary), [])).toThrow('did not read the templates');
  });
});

describe('the accepted findings', () => {
  it.each(ACCEPTED_FINDINGS)('of $check have a reason', ({ reason }) => {
    expect(reason).toMatch(/^[A-Z].{20,}\.$/);
  });
});
