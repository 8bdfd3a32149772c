import { describe, expect, it } from 'vitest';
import { toAccountView } from '../../../lib/account/account.ts';
import { anAccount } from '../../support/builders.ts';

describe('toAccountView', () => {
  it('has exactly the 17 fields, password always null', () => {
    const user = toAccountView(anAccount({ metadata: '{"a":[1]}' }));

    expect(Object.keys(user).sort()).toEqual(
      [
        ...['password', 'password_expired', 'name', 'avatar_url', 'company', 'job_title'],
        ...['metadata', 'id', 'username', 'email', 'oauth_provider', 'oauth_id', 'is_active'],
        ...['is_superuser', 'is_service_account', 'is_onboarded', 'organization_id'],
      ].sort(),
    );
    expect(user.password).toBeNull();
    expect(user.metadata).toEqual({ a: [1] });
  });
});
