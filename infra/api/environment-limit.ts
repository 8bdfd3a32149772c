/** Lambda's limit on the environment variables of a function, checked before a deployment. */
import { Tokenization } from 'aws-cdk-lib';

/** For all names and values together, measured as JSON. */
const LIMIT_BYTES = 4096;
/** The longest value that CloudFormation fills in on deployment: the name of a table. */
const LONGEST_REFERENCE = 255;

/** A sentence for variables that Lambda would refuse, naming the settings that make them long. */
export function environmentFaults(variables: Readonly<Record<string, string>>): string[] {
  const filled = Object.entries(variables).map(([name, value]) => [name, filledIn(value)]);
  const bytes = Buffer.byteLength(JSON.stringify(Object.fromEntries(filled)));
  if (bytes <= LIMIT_BYTES) return [];
  // Without the number, which differs between the functions: the sentence is said once.
  return [
    `corsOrigins, patchClients and noticesTexts must be shorter together (without corsOrigins, the origins of callbackUrls): a function would have more than the ${LIMIT_BYTES} bytes of environment variables that Lambda takes.`,
  ];
}

/** A value of the length that it has at most once deployed. */
function filledIn(value: string): string {
  const longest = { mapToken: () => 'x'.repeat(LONGEST_REFERENCE) };
  const join = (left = '', right = '') => `${left}${right}`;
  return Tokenization.reverseString(value).mapTokens(longest).join({ join });
}
