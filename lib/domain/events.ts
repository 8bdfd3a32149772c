/** What the use cases report while they work, for logs and metrics: a closed list, never values. */
import type { EditableField } from './field-rules.ts';

/** Something worth knowing that happened to an account. */
export type DomainEvent =
  | { event: 'ACCOUNT_PROVISIONED'; subject: string }
  | {
      event: 'ACCOUNT_CHANGED';
      subject: string;
      fields: readonly EditableField[];
      fromVersion: number;
      toVersion: number;
    }
  | { event: 'SSO_EMAIL_REFRESHED'; subject: string; outcome: 'changed' | 'kept' | 'taken' }
  | { event: 'INTENT_FINISHED'; subject: string; outcome: 'applied' | 'undone' }
  | { event: 'WRITE_CONFLICT'; subject: string; attempt: number };

/** Takes what is reported; must not throw. */
export type Report = (event: DomainEvent) => void;
