/** Allow-list for the functions' logs: field names, and the format of their values. */

const ID = /^[\w-]{1,64}$/;
const WORD = /^[\w.]{1,40}$/;
const NUMBER = /^-?\d{1,16}(\.\d+)?$/;

/** Format of each field's value, or of each item of a list. */
const FIELDS: Record<string, RegExp> = {
  level: /^(INFO|WARN|ERROR)$/,
  request_id: ID,
  // Base64, or an id of the local cloud.
  extended_request_id: /^[\w+/=-]{1,64}$/,
  trace_id: /^[0-9a-f]{32}$/,
  event: /^[A-Z_]{1,40}$/,
  operation: /^(getMe|patchMe)$/,
  status: /^[1-5]\d\d$/,
  code: WORD,
  subject: ID,
  // A caller's subject, or an operator's ARN.
  actor: /^([\w-]{1,64}|arn:[\w-]+:(iam|sts)::\d{12}:[\w+=,./-]{1,200})$/,
  session: ID,
  sourceAddress: /^[0-9a-f.:]{2,45}$/,
  fields: WORD,
  cutFields: WORD,
  leftOutFields: WORD,
  fromVersion: NUMBER,
  toVersion: NUMBER,
  attempt: NUMBER,
  outcome: WORD,
  step: WORD,
  ageSeconds: NUMBER,
  error: WORD,
  cause: WORD,
  // A stack frame; a name after an @ is a package scope.
  stack: /^at ([^@"]|\/@){1,300}$/,
  _aws: /^/,
  command: /^[a-z-]{1,40}$/,
  target: /^[\w:-]{1,200}$/,
  passed: /^(true|false)$/,
  FunctionName: /^[\w-]{1,140}$/,
  Latency: NUMBER,
  ClientErrors: NUMBER,
  ServerErrors: NUMBER,
  StoreLatency: NUMBER,
  DirectoryLatency: NUMBER,
  ColdStarts: NUMBER,
  WriteConflicts: NUMBER,
  AccountsProvisioned: NUMBER,
  IntentAge: NUMBER,
  PrivilegedAttempts: NUMBER,
  NameProbes: NUMBER,
  NoticesFailed: NUMBER,
  DirectoryThrottles: NUMBER,
};

/** Lines that Lambda writes around a request. */
const PLATFORM_LINE = /^(START|END|REPORT) RequestId: [\w-]+[\w\s:.$\t-]*$/;
/** Lines that the local cloud's runtime adds. */
const LOCAL_LINES = [
  // A worker that was killed or exited; writing to its pipe fails in Python.
  /^Worker (process died|returned no response)$/,
  /^\[Errno \d+\] [A-Z][a-z ]+$/,
  /^I\/O operation on closed file\.?$/,
  /^Task timed out after [\d.]+ seconds$/,
  // A warning of Node.js.
  /^\(node:\d+\) \[DEP0169\] DeprecationWarning: `url\.parse/,
  /^\(Use `node --trace-deprecation /,
];

/** Why a line is not allowed, without its values; null for an allowed line. */
export function faultOfLogLine(line: string): string | null {
  if ([PLATFORM_LINE, ...LOCAL_LINES].some((form) => form.test(line))) return null;
  const event = parsed(line);
  if (event === null) return `a line that is no event, of the form "${formOf(line)}"`;
  for (const [name, value] of Object.entries(event)) {
    const form = FIELDS[name];
    if (form === undefined) return `the field "${name}", which is on no list`;
    const items = Array.isArray(value) ? value : [value];
    if (value !== null && !items.every((item) => form.test(String(item)))) {
      return `a value of the field "${name}" that is none`;
    }
  }
  return null;
}

/** An excerpt that identifies a line without revealing any word of it. */
function formOf(line: string): string {
  return line.slice(0, 120).replace(/[^\s]{4,}/g, (word) => `${word.slice(0, 3)}…`);
}

function parsed(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
