/** Each setting given alone: it makes a template, or is refused in a sentence. */
import { expect, it } from 'vitest';
import { SettingsError } from '../../infra/settings/stage-config.ts';
import { ALL_SETTINGS, ALL_SETTINGS_OWN_POOL } from '../../tools/checks/all-settings.ts';
import { resourcesOf, synthesised } from './synthesised.ts';

/** Settings that need others. */
const INCOMPLETE = [
  'apiCertificateArn',
  'apiDomain',
  'apiHostedZoneId',
  'kmsKeyArn',
  'mailRegion',
  'mailReplyTo',
  'noticesHelp',
  'noticesRegion',
  'noticesTexts',
  // That of real users, who need callbackUrls.
  'purpose',
  'replicaRegions',
  'signInUrl',
  'userPoolId',
];
const settings = Object.entries({ ...ALL_SETTINGS_OWN_POOL, ...ALL_SETTINGS });

it.each(settings.filter(([name]) => !INCOMPLETE.includes(name)))(
  '%s alone makes a template',
  (name, value) => {
    const template = synthesised({ [name]: value });

    expect(resourcesOf(template, 'AWS::ApiGateway::RestApi')).toHaveLength(1);
  },
);

it.each(settings.filter(([name]) => INCOMPLETE.includes(name)))(
  '%s alone is refused in a sentence',
  (name, value) => {
    expect(() => synthesised({ [name]: value })).toThrow(SettingsError);
  },
);
