/** Mail that tells owners of changes: what the functions need to send it through Amazon SES. */
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ENV } from '../../lib/config.ts';
import { DEFAULT_TEXTS } from '../settings/notice-settings.ts';
import type { StageConfig } from '../settings/stage-config.ts';

/** A function that sends notices; stated here so that mail imports nothing of the API. */
export interface NoticeSender extends Construct {
  /** Allows the actions on the resources under the conditions and sets the environment variables. */
  grant(
    actions: string[],
    resourceArns: string[],
    environment: Record<string, string>,
    conditions: Record<string, Record<string, string>>,
  ): void;
}

/** Settings of the notices as JSON, for the functions and the account tool; empty: nobody is told. */
export function noticeSettings(scope: Construct, config: StageConfig): string {
  const { noticesFrom: from, noticesHelp: help, noticesTexts } = config;
  if (from === null) return '';
  const texts = { ...DEFAULT_TEXTS, ...noticesTexts };
  return JSON.stringify({ from, help, region: regionOf(scope, config), texts });
}

/** Allows a function to send mail from the address of the setting, and from no other. */
export function grantNotices(sender: NoticeSender, config: StageConfig): void {
  if (config.noticesFrom === null) return;
  const address = /[^\s<>]+@[^\s<>]+/.exec(config.noticesFrom)?.[0] ?? '';
  // SES asks for the identity that it has: the address, or else the domain.
  const identities = [address, address.slice(address.indexOf('@') + 1)].map((resourceName) =>
    Stack.of(sender).formatArn({
      service: 'ses',
      region: regionOf(sender, config),
      resource: 'identity',
      resourceName,
    }),
  );
  const environment = { [ENV.notices]: noticeSettings(sender, config) };
  const conditions = { StringEquals: { 'ses:FromAddress': address } };
  sender.grant(['ses:SendEmail'], identities, environment, conditions);
}

function regionOf(scope: Construct, { noticesRegion }: StageConfig): string {
  return noticesRegion ?? Stack.of(scope).region;
}
