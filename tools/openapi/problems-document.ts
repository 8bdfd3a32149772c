/** The text of docs/problems.md: every problem with an example, made from the tables of the code. */
import { join } from 'node:path';
import { PROJECT_ROOT } from '../support/cloud-access.ts';
import { exampleDocument, type PossibleProblem } from './openapi-examples.ts';
import { FUNCTION_PROBLEMS, GATEWAY_RESPONSES } from './openapi-responses.ts';

/** Where the text is kept. */
export const PROBLEMS_FILE = join(PROJECT_ROOT, 'docs', 'problems.md');

const HEAD = `# Problems

Written by \`npm run openapi\` from \`lib/http/problem.ts\`, \`lib/account/errors.ts\` and \`infra/api/gateway-problems.ts\`.

Every error is a problem document (RFC 9457); the [README](../README.md#errors) says what its members mean. Branch on \`code\`. A
code that both a function and the gateway make has an example of each. Those with \`errors\` stand for all that can be wrong in
this way: \`invalid_fields\` lists one entry per error, and its codes are in the OpenAPI document.

| code | status | made by |
|---|---|---|
`;

/** Every problem that a caller can meet, once for each maker and detail. */
const ALL_PROBLEMS: readonly PossibleProblem[] = distinct([
  ...FUNCTION_PROBLEMS,
  ...GATEWAY_RESPONSES,
]);

/** The whole document: a table, then an example of each problem. */
export function problemsDocument(): string {
  const byCode = [...Map.groupBy(ALL_PROBLEMS, ({ code }) => code)];
  const rows = byCode.map(([code, [first, ...more]]) => {
    const makers = [first, ...more].map((problem) => makerOf(problem));
    return `| [\`${code}\`](#${code}) | ${first?.status} | ${[...new Set(makers)].join(', ')} |\n`;
  });
  const sections = byCode.map(([code, problems]) => {
    const examples = problems.map((problem) => {
      const lead = problems.length > 1 ? `Made by the ${makerOf(problem)}:\n\n` : '';
      return `${lead}\`\`\`json\n${JSON.stringify(exampleDocument(problem), null, 2)}\n\`\`\`\n`;
    });
    return `\n## ${code}\n\n${examples.join('\n')}`;
  });
  return `${HEAD}${rows.join('')}${sections.join('')}`;
}

const makerOf = (problem: PossibleProblem | undefined) =>
  problem?.byGateway ? 'gateway' : 'function';

function distinct(problems: readonly PossibleProblem[]): PossibleProblem[] {
  return [...new Map(problems.map((one) => [JSON.stringify(exampleDocument(one)), one])).values()];
}
