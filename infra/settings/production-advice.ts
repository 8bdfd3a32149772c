/** What a deployment for real users works without, and will miss. */
import type { CompletedSettings } from './setting-conflicts.ts';

/** One sentence for each setting that a deployment for real users should have, and has not. */
export function adviceFor(settings: CompletedSettings): string[] {
  if (settings.purpose !== 'production') return [];
  const { alarmEmail, emailChange, mailFrom, noticesFrom, userPoolId } = settings;
  return [
    ...(alarmEmail === null
      ? ['alarmEmail is not given: nobody is told when the service fails.']
      : []),
    ...(emailChange === 'immediate'
      ? ['emailChange is immediate: people can take an e-mail address that is not theirs.']
      : []),
    ...(noticesFrom === null
      ? ['noticesFrom is not given: whoever steals a session changes the sign-in in silence.']
      : []),
    ...(mailFrom === null && userPoolId === null
      ? ['mailFrom is not given: Cognito mails at most 50 codes a day for the whole AWS account.']
      : []),
  ];
}
