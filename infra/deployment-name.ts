/**
 * The name that tells a deployment from every other one of its account and region, for what AWS
 * generates no name for. Everything else is left to CloudFormation.
 */
import { createHash } from 'node:crypto';
import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A saved query's name, which is this and its own, has at most 255 characters. */
const MAX_NAME = 200;
/** A sign-in domain's prefix, which is this, a hyphen and an account number, has at most 63. */
const MAX_LABEL = 50;
/** Cognito reserves these words in a prefix. */
const RESERVED_WORDS = /aws|amazon|cognito/g;

/**
 * The name of the stack, with the path of the construct in it: `accounts/CurrentUser`. Unique because
 * stack names are. The id `Default` is left out, as in logical ids, so a stack that is this service
 * and nothing else gives its own name.
 */
export function deploymentName(construct: IConstruct): string {
  const stack = outermostStack(construct);
  const path = pathBelow(stack, construct);
  const name = [stack.stackName, ...path].join('/');
  return fitted(name, name.replaceAll(/[^\w./#-]/g, '-'), MAX_NAME);
}

/** The deployment's name for a resource whose name may hold letters, digits, hyphens and underscores. */
export function resourceName(name: string): string {
  return fitted(name, name.replaceAll(/[^\w-]/g, '-'), MAX_NAME);
}

/** The deployment's name as the first label of a domain, without the account number. */
export function domainLabel(name: string): string {
  const label = name
    .toLowerCase()
    .replaceAll(RESERVED_WORDS, 'x')
    .replaceAll(/[^a-z0-9-]/g, '-');
  return fitted(name, label, MAX_LABEL);
}

/** What the logical ids of the construct's parts begin with in the template of its stack. */
export function logicalIdPrefix(construct: IConstruct): string {
  return pathBelow(Stack.of(construct), construct)
    .join('')
    .replaceAll(/[^A-Za-z0-9]/g, '');
}

function pathBelow(stack: Stack, { node }: IConstruct): string[] {
  const ids = node.scopes.slice(stack.node.scopes.length).map((scope) => scope.node.id);
  return ids.filter((id) => id !== 'Default');
}

/** The name of a nested stack is not known before it is deployed. */
function outermostStack(construct: IConstruct): Stack {
  const stack = Stack.of(construct);
  return stack.nestedStackParent ? outermostStack(stack.nestedStackParent) : stack;
}

/** Adds a hash of the name where the text is not all of it, so that two names never become one. */
function fitted(name: string, text: string, limit: number): string {
  if (text === name && text.length <= limit) return text;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${text.slice(0, limit - hash.length - 1)}-${hash}`;
}
