/** A stage for each purpose, with no more settings than it needs, for checking templates. */
import { LOCAL_SETTINGS } from '../support/local-settings.ts';

export const EXAMPLE_STAGES = {
  local: LOCAL_SETTINGS,
  dev: { stage: 'dev' },
  production: {
    stage: 'production',
    purpose: 'production',
    callbackUrls: ['https://app.example.com/callback'],
  },
} as const;

/** Name of an example. */
export type ExampleStage = keyof typeof EXAMPLE_STAGES;
