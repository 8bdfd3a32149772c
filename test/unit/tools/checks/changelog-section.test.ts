import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { changelogSection } from '../../../../tools/checks/changelog-section.ts';

const CHANGELOG = `# Changelog

What clients notice.

## [Unreleased]

## [1.1.0] - 2026-02-01

- Add a field.

### For operators

- Change a setting.

## [1.0.0] - 2026-01-01

- Add everything.

[1.0.0]: https://example.com/1.0.0
`;

describe('changelogSection', () => {
  it('returns everything between the heading of the version and the next version', () => {
    expect(changelogSection(CHANGELOG, '1.1.0')).toBe(
      '- Add a field.\n\n### For operators\n\n- Change a setting.',
    );
  });

  it('omits the link definitions after the last version', () => {
    expect(changelogSection(CHANGELOG, '1.0.0')).toBe('- Add everything.');
  });

  it.each(['1.1', '1.1.01', '2.0.0', '1.1.0] - 2026-02-01', ''])(
    'knows no version "%s"',
    (version) => {
      expect(changelogSection(CHANGELOG, version)).toBeNull();
    },
  );

  it('is empty for a version without entries', () => {
    expect(changelogSection(CHANGELOG, 'Unreleased')).toBe('');
  });

  it("finds the sections of this project's changelog", () => {
    const own = readFileSync(join(import.meta.dirname, '../../../../CHANGELOG.md'), 'utf8');
    const versions = [...own.matchAll(/^## \[(.+?)\]/gm)].map(([, version]) => version ?? '');

    expect(versions).toContain('Unreleased');
    for (const version of versions) expect(changelogSection(own, version)).not.toBeNull();
  });
});
