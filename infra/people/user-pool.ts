/** Creates the user pool: who can sign in, by which names, and the mail that Cognito sends. */
import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import {
  AccountRecovery,
  FeaturePlan,
  Mfa,
  type SignInAliases,
  StringAttribute,
  UserPool,
  UserPoolEmail,
  VerificationEmailStyle,
} from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import type { Config } from '../../lib/config.ts';
import type { SignInNames } from '../../lib/contract.ts';
import type { StageConfig } from '../settings/stage-config.ts';

/** Fixed when the pool is made. With the e-mail alone Cognito makes up the user names. */
const SIGN_IN_ALIASES: Record<SignInNames, SignInAliases> = {
  aliases: { username: true, preferredUsername: true, email: true },
  email: { email: true },
  username: { username: true, preferredUsername: true },
};

/** Creates a pool with the rules for passwords that the functions check as well. */
export function createUserPool(
  scope: Construct,
  config: StageConfig,
  passwordPolicy: Config['passwordPolicy'],
): UserPool {
  const pool = new UserPool(scope, 'Pool', {
    selfSignUpEnabled: false,
    signInAliases: SIGN_IN_ALIASES[config.signInNames],
    signInCaseSensitive: false,
    autoVerify: { email: true },
    customAttributes: customAttributes(config),
    // Else an address that nobody has proven would be the person's at once.
    ...(config.emailChange === 'verified' && { keepOriginal: { email: true } }),
    // One text for every code: those that confirm an address, and those that reset a password.
    userVerification: {
      emailStyle: VerificationEmailStyle.CODE,
      emailSubject: 'Your code',
      emailBody:
        'Your code is {####}. Enter it on the page that asks for it, and give it to nobody. If you did not ask for a code, ignore this message.',
    },
    email: mailOf(scope, config),
    accountRecovery: AccountRecovery.EMAIL_ONLY,
    // Cognito's default, stated because operators rely on it.
    passwordPolicy: { ...passwordPolicy, tempPasswordValidity: Duration.days(7) },
    mfa: Mfa.OPTIONAL,
    mfaSecondFactor: { sms: false, otp: true },
    // The cheapest plan with managed login, session management and rotation of refresh tokens.
    featurePlan: FeaturePlan.ESSENTIALS,
    deletionProtection: config.retainData,
    removalPolicy: config.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
  Validations.of(pool).acknowledge(
    {
      id: 'AwsSolutions-COG1',
      reason: 'The default satisfies this rule; a team may choose another password policy.',
    },
    {
      id: 'AwsSolutions-COG2',
      reason: 'MFA is optional; requiring it is up to the team.',
    },
    {
      id: 'AwsSolutions-COG8',
      reason: 'The Plus plan costs more per active user; whether to pay for it is up to the team.',
    },
  );
  return pool;
}

/** Those that the settings name. Cognito lets nobody remove or change one later. */
function customAttributes({ profileAttributes }: StageConfig): Record<string, StringAttribute> {
  const names = new Set(Object.values(profileAttributes));
  return Object.fromEntries(
    // Mapped attributes must be mutable.
    [...names].map((name) => [name.replace('custom:', ''), new StringAttribute({ mutable: true })]),
  );
}

function mailOf(scope: Construct, config: StageConfig): UserPoolEmail {
  const { mailFrom, mailReplyTo, mailRegion } = config;
  if (mailFrom === null) return UserPoolEmail.withCognito();
  return UserPoolEmail.withSES({
    fromEmail: mailFrom,
    sesVerifiedDomain: mailFrom.slice(mailFrom.indexOf('@') + 1),
    sesRegion: mailRegion ?? Stack.of(scope).region,
    ...(mailReplyTo !== null && { replyTo: mailReplyTo }),
  });
}
