import { describe, expect, it } from 'vitest';
import { formOf, NoSignInFormError } from '../../../../tools/local/sign-in-form.ts';

describe('a sign-in page', () => {
  it('is a form with hidden fields, in the HTML of either page', () => {
    const page = `<form name="cognitoSignInForm" action="/login?a=1&amp;b=2" method="POST">
      <input type="hidden" name="_csrf" value="x&quot;y"/><input type="hidden" name="state" value="1">
      <input name="username"><input id="p" name="password" type="password"></form>`;

    expect(formOf(page)).toEqual({
      action: '/login?a=1&b=2',
      fields: { _csrf: 'x"y', state: '1' },
    });
  });

  it.each([
    ['drawn by a script', '<div id="root"></div><script src="/app.js"></script>'],
    ['that first asks for the name', '<form action="/next"><input name="username"></form>'],
  ])('%s needs a browser', (_name, page) => {
    expect(() => formOf(page)).toThrow(NoSignInFormError);
  });
});
