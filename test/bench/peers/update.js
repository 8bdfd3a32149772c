/** Checks an update by hand, for the JavaScript peers without a schema library. */
const TEXT = ['name', 'company', 'job_title'];
const FLAGS = ['is_active', 'is_superuser', 'is_onboarded', 'password_expired'];
const EMAIL = /^[^\s@]{1,64}@[^\s@]+\.[^\s@]+$/;
const USERNAME = /^[a-zA-Z0-9_\-@.]{1,50}$/;

const isText = (value) => typeof value === 'string' && value.length >= 1 && [...value].length <= 50;
const isUrl = (value) => typeof value === 'string' && URL.parse(value)?.protocol === 'https:';
const isPassword = (value) => typeof value === 'string' && value.length >= 12;

const RULES = {
  ...Object.fromEntries(TEXT.map((field) => [field, isText])),
  ...Object.fromEntries(FLAGS.map((field) => [field, (value) => typeof value === 'boolean'])),
  avatar_url: isUrl,
  metadata: () => true,
  username: (value) => typeof value === 'string' && USERNAME.test(value),
  email: (value) => typeof value === 'string' && EMAIL.test(value),
  password: isPassword,
};

/** @returns every fault of the body, by field */
export function faultsOf(body) {
  return Object.entries(body).flatMap(([field, value]) => {
    const rule = Object.hasOwn(RULES, field) ? RULES[field] : null;
    if (rule === null) return [{ field, message: 'is no field' }];
    return value === null || rule(value) ? [] : [{ field, message: 'cannot be accepted' }];
  });
}

/** @returns the account's members that the update changes, as they are stored */
export function changesOf({ account }, body) {
  const stored = Object.entries(body).map(([field, value]) => [
    field,
    field === 'metadata' && value !== null ? JSON.stringify(value) : value,
  ]);
  return Object.fromEntries(stored.filter(([field, value]) => account[field] !== value));
}
