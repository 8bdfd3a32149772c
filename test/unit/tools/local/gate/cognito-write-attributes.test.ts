import { expect, it } from 'vitest';
import { createWriteAttributeChecks } from '../../../../../tools/local/gate/cognito-write-attributes.ts';
import { aFakeCognito, json, listed } from '../../../../support/fake-cognito.ts';
import { aPoolWithKeys } from '../../../../support/pool-keys.ts';

const AccessToken = aPoolWithKeys().accessToken();
const REFUSED = 'NotAuthorizedException';

it.each([
  ['an attribute of the list', ['locale'], { locale: 'en' }, null],
  ['another attribute', ['locale'], { email: 'a@x.example' }, REFUSED],
  ['one of each', ['locale'], { locale: 'en', preferred_username: 'ada' }, REFUSED],
  ['any attribute without a list', [], { email: 'a@x.example' }, null],
  ['that an address is verified', [], { email_verified: 'true' }, REFUSED],
])('lets a client write %s as AWS does', async (_name, WriteAttributes, attributes, error) => {
  const { operations, call, attributesOf } = aFakeCognito({ ada: {} });
  operations['DescribeUserPoolClient'] = () => json({ UserPoolClient: { WriteAttributes } });
  const input = { AccessToken, UserAttributes: listed({ ...attributes }) };

  const answer = await call(createWriteAttributeChecks(), 'UpdateUserAttributes', input);

  expect(answer.error).toBe(error);
  expect(attributesOf('ada')).toEqual(error === null ? attributes : {});
});

it('leaves administrators alone', async () => {
  const { call } = aFakeCognito({ ada: {} });
  const input = { Username: 'ada', UserAttributes: listed({ email_verified: 'true' }) };

  const answer = await call(createWriteAttributeChecks(), 'AdminUpdateUserAttributes', input);

  expect(answer.error).toBe(null);
});
