/** The variables of `npm start`, by which its users choose ports, pages and settings. */
import { SIGN_IN_NAMES } from '../../lib/contract.ts';
import { UserFacingError } from '../support/progress.ts';
import type { PagePorts } from './web-pages.ts';

/** APP_PORT is the port of the stack's default redirect URI. */
const DEFAULT_PORTS = { CLOUD_PORT: 4566, APP_PORT: 5173, DOCS_PORT: 5174 };
type PortVariable = keyof typeof DEFAULT_PORTS;
const LAST_PORT = 65_535;
/** Of the stack's setting. */
const MOST_MINUTES = 43_200;

type Variables = Readonly<Record<string, string | undefined>>;

/** What the variables ask for. */
export interface StartOptions {
  cloudPort: number;
  pages: PagePorts;
  /** Redirect URIs besides that of the example app. */
  callbackUrls: string[];
  /** Settings of the stack. */
  settings: Record<string, string>;
}

/** @throws UserFacingError for a value that cannot be */
export function startOptions(variables: Variables): StartOptions {
  const cloudPort = portOf(variables, 'CLOUD_PORT');
  const pages = {
    appPort: variables['APP_PORT'] === 'off' ? null : portOf(variables, 'APP_PORT'),
    docsPort: variables['DOCS_PORT'] === 'off' ? null : portOf(variables, 'DOCS_PORT'),
  };
  const ports = {
    CLOUD_PORT: cloudPort,
    APP_PORT: pages.appPort,
    DOCS_PORT: pages.docsPort,
  } satisfies Record<PortVariable, number | null>;
  refuseTwins(Object.entries(ports));
  const callbackUrls = callbackUrlsOf(variables);
  refuseTakenPages(callbackUrls, Object.entries(ports));
  const minutes = minutesOf(variables);
  const settings = {
    emailChange: choiceOf(variables, 'EMAIL_CHANGE', ['immediate', 'verified']),
    signInNames: choiceOf(variables, 'SIGN_IN_NAMES', SIGN_IN_NAMES),
    ...(minutes !== null && { recentSignInMinutes: minutes }),
  };
  return { cloudPort, pages, callbackUrls, settings };
}

function portOf(variables: Variables, variable: PortVariable): number {
  const port = Number(variables[variable] || DEFAULT_PORTS[variable]);
  if (Number.isInteger(port) && port >= 0 && port <= LAST_PORT) return port;
  const off = variable === 'CLOUD_PORT' ? '0 for a free one' : '0 for a free one, or off';
  throw new UserFacingError(`${variable} must be a port number, ${off}: ${variables[variable]}`);
}

type PortEntry = readonly [variable: string, port: number | null];

function refuseTwins(ports: readonly PortEntry[]): void {
  for (const [index, [variable, port]] of ports.entries()) {
    const twin = ports.slice(0, index).find(([, other]) => other === port && port);
    if (twin)
      throw new UserFacingError(
        `${twin[0]} and ${variable} are both ${port}: choose different ports.`,
      );
  }
}

/** A page of one's own cannot listen where a page of `npm start` does. */
function refuseTakenPages(callbackUrls: readonly string[], ports: readonly PortEntry[]): void {
  for (const url of callbackUrls.map((text) => new URL(text))) {
    const taken = ports.find(([, port]) => port && url.port === String(port));
    if (taken && isLocal(url)) {
      const [variable, port] = taken;
      const choice =
        variable === 'CLOUD_PORT'
          ? `another ${variable}`
          : `${variable}=off or another ${variable}`;
      throw new UserFacingError(
        `CALLBACK_URLS and ${variable} both use port ${port}: choose ${choice}, or another port for your page.`,
      );
    }
  }
}

function callbackUrlsOf(variables: Variables): string[] {
  const text = variables['CALLBACK_URLS'] || '';
  const items = text.split(',').map((item) => item.trim());
  if (text === '') return [];
  if (items.every(isCallbackUrl)) return items;
  throw new UserFacingError(
    `CALLBACK_URLS must be URLs such as http://localhost:3000/callback, separated by commas: ${text}`,
  );
}

/** As Cognito takes them: http only for this machine, and no fragment. */
function isCallbackUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || /[\s#*]/.test(text) || url.username !== '') return false;
  return url.protocol === 'https:' || isLocal(url);
}

function isLocal({ protocol, hostname }: URL): boolean {
  return /^https?:$/.test(protocol) && ['localhost', '127.0.0.1'].includes(hostname);
}

function minutesOf(variables: Variables): string | null {
  const text = variables['RECENT_SIGN_IN_MINUTES'] || null;
  if (text === null || (/^\d+$/.test(text) && Number(text) <= MOST_MINUTES)) return text;
  throw new UserFacingError(
    `RECENT_SIGN_IN_MINUTES must be a whole number from 0 to ${MOST_MINUTES}: ${text}`,
  );
}

/** One of the values, by default the first. */
function choiceOf(variables: Variables, variable: string, values: readonly string[]): string {
  const value = variables[variable] || `${values[0]}`;
  if (values.includes(value)) return value;
  throw new UserFacingError(`${variable} must be ${values.join(' or ')}: ${value}`);
}
