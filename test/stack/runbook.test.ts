import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as cloudFormation from '@aws-sdk/client-cloudformation';
import * as cloudWatch from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as codeDeploy from '@aws-sdk/client-codedeploy';
import * as cognito from '@aws-sdk/client-cognito-identity-provider';
import * as lambda from '@aws-sdk/client-lambda';
import * as ses from '@aws-sdk/client-sesv2';
import { describe, expect, it } from 'vitest';
import { LOG_QUERIES, type LogQuery } from '../../infra/monitoring/log-queries.ts';
import { PROJECT_ROOT, resourcesOf, synthesised, textOf, theOne } from './synthesised.ts';

// Entries of inconsistencies have a test of their own: test/unit/tools/operators.
const [runbook = ''] = readFileSync(join(PROJECT_ROOT, 'docs', 'runbook.md'), 'utf8').split(
  /^# Inconsistencies$/m,
);
const [introduction = '', ...texts] = runbook.split(/^## /m);
/** The entries by name. */
const entries = new Map(texts.map((text) => [text.split('\n', 1)[0] ?? '', text]));
const anchors = new Set(
  [...runbook.matchAll(/^##+ (.+)$/gm)].map(([, title = '']) =>
    title.toLowerCase().replaceAll(' ', '-'),
  ),
);
const queries = new Map(
  Object.entries<LogQuery>(LOG_QUERIES).map(([name, { lines }]) => [name, lines.join('\n| ')]),
);

/** With events and notices, which have alarms of their own. */
const SETTINGS = {
  stage: 'production',
  eventBus: 'accounts',
  noticesFrom: 'no-reply@example.com',
};
const RUNBOOK_URL = 'https://git.example.com/accounts/runbook.md';
const template = synthesised(SETTINGS);
const linked = synthesised({ ...SETTINGS, runbookUrl: RUNBOOK_URL });
const REGION = { 'AWS::Region': 'eu-west-1' };

/** `MonitoringAlarmsNearTimeout74616DDD` and `ReleaseGetMeFailures74616DDD` to their names. */
const nameOf = (id: string) =>
  id.slice(0, -8).replace(/^(MonitoringAlarms|Release(Get|Patch)Me)/, '');
const alarmsOf = (one: typeof template) =>
  ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm']
    .flatMap((type) => resourcesOf(one, type))
    .map(({ id, Properties }) => ({
      id,
      name: nameOf(id),
      // The windows of a burn rate are parts of the alarm that has an entry.
      entry: nameOf(id).replace(/(Fast|Slow)(Long|Short)$/, '$1'),
      message: textOf(Properties.AlarmDescription, REGION),
      topic: Properties.AlarmActions?.[0].Ref as string | undefined,
    }));
const alarms = alarmsOf(template);

interface Widget {
  type: string;
  // biome-ignore lint/suspicious/noExplicitAny: each type of widget has other properties
  properties: any;
}
const dashboardOf = (one: typeof template): Widget[] => {
  const { DashboardBody } = theOne(one, 'AWS::CloudWatch::Dashboard').Properties;
  return JSON.parse(textOf(DashboardBody, REGION)).widgets;
};
const textsOf = (one: typeof template): string[] =>
  dashboardOf(one).flatMap(({ type, properties }) => (type === 'text' ? properties.markdown : []));

describe('the message of an alarm', () => {
  const name = textOf(
    theOne(template, 'AWS::CloudWatch::Dashboard').Properties.DashboardName,
    REGION,
  );
  const address = `https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#dashboards/dashboard/${name}`;

  it.each(alarms)('$name names its entry, the dashboard that has it, and the stack', (alarm) => {
    expect(alarm.message).toMatch(/^[A-Z][^.]*\..* Runbook: /);
    expect(alarm.message.split(' Runbook: ')[1]).toBe(
      `entry ${alarm.entry} on the dashboard. Dashboard: ${address} Stack: current-user-production`,
    );
    expect(alarm.message.length).toBeLessThanOrEqual(1024);
    expect(textsOf(template).some((text) => text.startsWith(`## ${alarm.entry}\n`))).toBe(true);
  });

  it.each(alarmsOf(linked))('$name links to its entry where the address is known', (alarm) => {
    const [, link = ''] = / Runbook: (\S+) Dashboard: /.exec(alarm.message) ?? [];

    expect(link).toBe(`${RUNBOOK_URL}#${alarm.entry.toLowerCase()}`);
    expect(anchors).toContain(new URL(link).hash.slice(1));
  });

  it('gives the address that is an output', () => {
    expect(textOf(template.findOutputs('*')['DashboardUrl']?.['Value'], REGION)).toBe(address);
  });
});

describe('the dashboard', () => {
  it('shows every alarm that the runbook names', () => {
    const named = [...runbook.matchAll(/\]\(#(\w+)\)/g)].map(([, anchor]) => anchor);
    const withEntry = [...entries.keys()].map((entry) => entry.toLowerCase());
    const shown = dashboardOf(template)
      .filter(({ type }) => type === 'alarm')
      .flatMap(({ properties }) => properties.alarms.map((id: string) => nameOf(id).toLowerCase()));

    expect(withEntry).toEqual(expect.arrayContaining(named));
    expect([...new Set(shown)].sort()).toEqual([...withEntry].sort());
  });

  it('has the entries as texts, with links only where they can be opened', () => {
    const [first, ...others] = textsOf(template);

    expect(first).toContain('STACK=current-user-production;');
    expect(others).toHaveLength(entries.size);
    expect(textsOf(template).join()).not.toMatch(/\]\((?!https:)/);
    expect(textsOf(linked).join()).toContain(`[Throttling](${RUNBOOK_URL}#throttling)`);
    expect(textsOf(linked).join()).toContain(
      '(https://git.example.com/accounts/operations.md#roll-back)',
    );
  });
});

describe('docs/runbook-walk.md', () => {
  const walk = readFileSync(join(PROJECT_ROOT, 'docs', 'runbook-walk.md'), 'utf8');
  const rows = [...walk.matchAll(/^\| (\w+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)].slice(1);

  it('begins each entry with the message that its alarm sends', () => {
    const messages = alarms
      .filter(({ name, entry }) => name === entry)
      .map(({ name, message }) => [name, message.split(' Runbook: ')[0]]);

    expect(Object.fromEntries(rows.map(([, name, message]) => [name, message]))).toEqual(
      Object.fromEntries(messages),
    );
  });
});

describe('the runbook', () => {
  it('has an entry for each alarm, and none besides', () => {
    expect([...entries.keys()].sort()).toEqual(
      [...new Set(alarms.map(({ entry }) => entry))].sort(),
    );
  });

  it('says which alarms notify now and which today', () => {
    const rows = [...introduction.matchAll(/^\| (now|today): topic `(\w+)`.* \| (.*) \|$/gm)];
    const told = Object.fromEntries(
      rows.map(([, when, , names = '']) => [when, names.match(/\b[A-Z]\w+/g)?.sort()]),
    );
    const topics = rows.map(
      ([, , output = '']) => template.findOutputs(output)[output]?.['Value'].Ref,
    );
    const notifying = topics.map((topic) =>
      alarms
        .filter((alarm) => alarm.topic === topic)
        .map(({ name }) => name)
        .sort(),
    );

    expect(told).toEqual({ now: notifying[0], today: notifying[1] });
    expect(new Set(topics).size).toBe(2);
  });

  it.each([...entries])(
    'states for %s what it means, where to look and how to fix it',
    (_, text) => {
      for (const part of ['Meaning', 'Look', 'Fix']) expect(text).toContain(`\n**${part}** `);
    },
  );

  it('links to entries that exist', () => {
    const links = [...runbook.matchAll(/\]\(#([\w-]+)\)/g)].map(([, anchor = '']) => anchor);

    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((anchor) => !anchors.has(anchor))).toEqual([]);
  });

  it('quotes every saved query, word for word and under its name', () => {
    const quoted = [
      ...runbook.matchAll(/`([a-z-]+)`(?:, with [^:]*)?:\n\n```insights\n([^`]+)\n```/g),
    ];

    expect(Object.fromEntries(quoted.map(([, name, text]) => [name, text]))).toEqual(
      Object.fromEntries(queries),
    );
    expect(runbook.match(/```insights/g)).toHaveLength(quoted.length);
  });

  it('names queries that exist, none of which begins as another is called', () => {
    const named = [...runbook.matchAll(/`([a-z]+(?:-[a-z]+)+|failures|callers)`/g)].map(
      ([, name = '']) => name,
    );
    const beginsAlike = [...queries.keys()].filter((name) =>
      [...queries.keys()].some((other) => other !== name && other.startsWith(name)),
    );

    expect(named.filter((name) => !queries.has(name))).toEqual([]);
    expect(beginsAlike).toEqual([]);
  });

  it('names graphs of the dashboard by their titles', () => {
    const titles = dashboardOf(template).map(({ properties }) => properties.title);
    const named = [...runbook.matchAll(/dashboard under "([^"]+)"/g)].map(([, title]) => title);

    expect(named.length).toBeGreaterThan(1);
    expect(titles).toEqual(expect.arrayContaining(named));
  });

  it('asks for outputs that the stack has, and for nothing else that nobody has set', () => {
    const outputs = Object.keys(template.findOutputs('*'));
    const asked = [...runbook.matchAll(/output ([A-Z]\w+)/g)].map(([, name]) => name);
    const set = [...runbook.matchAll(/\b([A-Z]+)=|for ([A-Z]+) in/g)].flatMap(([, a, b]) => a ?? b);
    const used = [...runbook.matchAll(/"\$([A-Z]+)"/g)].map(([, name]) => name);

    expect(asked.length).toBeGreaterThan(5);
    expect(outputs).toEqual(expect.arrayContaining(asked));
    expect(set).toEqual(expect.arrayContaining(used));
  });
});

/** Blocks of shell, and commands within sentences, each on one line. */
const blocks = [...runbook.matchAll(/```sh\n([^`]+)```/g)].map(([, text = '']) => text);
const inline = [
  ...runbook.replaceAll(/```[^`]+```/g, '').matchAll(/`((?:aws|npm run) [^`]+)`/g),
].map(([, text = '']) => text.replaceAll('\n', ' '));
const commands = [...blocks, ...inline];

/** Clients of the services whose commands the runbook has. */
const CLIENTS: Record<string, object> = {
  cloudformation: cloudFormation,
  cloudwatch: cloudWatch,
  'cognito-idp': cognito,
  deploy: codeDeploy,
  lambda,
  logs,
  sesv2: ses,
};
/** Commands of services of which no client is installed. */
const OTHERS = ['sqs receive-message', 'sqs purge-queue', 'pipes describe-pipe'];

describe('the commands of the runbook', () => {
  it.each(commands)('are valid shell: %s', (command) => {
    // Placeholders stand for one word each.
    const { status, stderr } = spawnSync(
      'bash',
      ['-n', '-c', command.replaceAll(/<[a-z ]+>/g, 'x')],
      {
        encoding: 'utf8',
      },
    );

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('call operations that AWS has', () => {
    const called = commands.flatMap((text) =>
      [...text.matchAll(/\baws ([a-z0-9-]+) ([a-z-]+)/g)].map(
        ([, service = '', operation = '']) => ({
          service,
          operation,
        }),
      ),
    );
    const unknown = called.filter(({ service, operation }) => {
      const name = operation.replaceAll(/(?:^|-)([a-z])/g, (_, letter) => letter.toUpperCase());
      return !(`${name}Command` in (CLIENTS[service] ?? {}));
    });

    expect(called.length).toBeGreaterThan(10);
    expect([...new Set(unknown.map((one) => `${one.service} ${one.operation}`))].sort()).toEqual(
      [...OTHERS].sort(),
    );
  });

  it('run a saved query on its log groups, with the id of a request put in', () => {
    const { status, stdout, calls } = runQuery('query one-request 30 an-id', {
      'describe-query-definitions':
        '{"queryString":"filter request_id = \\"REQUEST_ID\\"","logGroupNames":["a","b"]}',
      'start-query': 'the-query',
      'get-query-results': '{"status": "Complete", "results": []}',
    });

    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: '{"status": "Complete", "results": []}\n',
    });
    expect(calls).toEqual([
      expect.stringContaining(
        'logs describe-query-definitions --query-definition-name-prefix Stack/one-request ',
      ),
      expect.stringMatching(
        /^logs start-query --cli-input-json file:\/\/query.json .*--start-time \d+ --end-time \d+$/,
      ),
      expect.stringContaining('logs get-query-results --query-id the-query '),
      'asked: {"queryString":"filter request_id = \\"an-id\\"","logGroupNames":["a","b"]}',
    ]);
  });

  it('end where a query cannot be started', () => {
    const { status, calls } = runQuery('query failures', { 'describe-query-definitions': 'null' });

    expect(status).not.toBe(0);
    expect(calls.some((call) => call.startsWith('logs get-query-results'))).toBe(false);
  });

  const tool = inline.filter((text) => text.startsWith('npm run users -- '));
  const verbs = tool.map((text) => text.replace(/^npm run users -- (--stack "\$STACK" )?/, ''));
  const shortened = [...runbook.matchAll(/`((?:deactivate|sign-out|verify) [^`]*)`/g)].map(
    ([, text = '']) => text,
  );

  it('are commands of the account tool, with options that it has', () => {
    const given = [...verbs, ...shortened].map((text) => text.split(' '));
    const helps = new Map(
      [...new Set(given.map(([verb = '']) => verb))].map((verb) => [verb, helpOf(verb)]),
    );

    expect(tool.length).toBeGreaterThan(3);
    for (const [verb = '', ...rest] of given) {
      const usage = helps.get(verb) ?? '';
      expect(usage).toMatch(new RegExp(`^Usage: users ${verb} `));
      for (const option of rest.filter((word) => word.startsWith('--'))) {
        expect(usage).toContain(`${option} `);
      }
      const takesOne = / <account>/.test(usage);
      expect(
        rest.filter((word) => !word.startsWith('--')),
        verb,
      ).toHaveLength(takesOne ? 1 : 0);
    }
  });
});

/** What the account tool says of a command; fails for an unknown one. */
function helpOf(verb: string): string {
  const file = join(PROJECT_ROOT, 'tools', 'users.ts');
  return execFileSync(process.execPath, [file, 'help', verb], { encoding: 'utf8', stdio: 'pipe' });
}

/** Runs a line after the runbook's shell functions, with a stand-in for the AWS CLI. */
function runQuery(line: string, answers: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-'));
  try {
    const cases = Object.entries(answers).map(
      ([operation, answer]) => `${operation}) printf '%s\\n' '${answer}';;`,
    );
    const standIn = `#!/bin/bash\necho "$*" >> calls\ncase $2 in ${cases.join(' ')} *) exit 255;; esac\n`;
    writeFileSync(join(folder, 'aws'), standIn, { mode: 0o755 });
    const [functions = ''] = blocks.filter((block) => block.includes('query() {'));
    const given = functions.replace(/^.*<stack>.*$/m, 'STACK=Stack');
    const { status, stdout } = spawnSync('bash', ['-c', `${given}\n${line}`], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: `${folder}:${process.env['PATH']}` },
    });
    const asked = readFileSync(join(folder, 'query.json'), 'utf8').trim();
    const calls = readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');
    return { status, stdout, calls: [...calls, `asked: ${asked}`] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
