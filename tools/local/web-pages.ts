/**
 * Web sites of `npm start`: the example app and the API reference, each built from source and served
 * at its own origin with production headers.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { openApiDocument } from '../openapi/openapi-document.ts';
import type { ChildProcesses } from '../support/child-processes.ts';
import { environmentWithoutAws, PROJECT_ROOT } from '../support/cloud-access.ts';
import type { Progress } from '../support/progress.ts';
import type { Deployment } from './deployment.ts';
import { openSite, type SiteContent } from './static-site.ts';

/** Ports of localhost; 0 for a free one, null for a site that is not served. */
export interface PagePorts {
  appPort: number | null;
  docsPort: number | null;
}

/** The sites. They listen before they are built, so that a port in use fails early. */
export interface WebPages {
  appUrl: string | null;
  docsUrl: string | null;
  /** Redirect URI of the example app. */
  callbackUrl: string | null;
  /** Builds the sites for a deployment and serves them. */
  publish(context: PublishContext): Promise<void>;
  stop(): Promise<void>;
}

interface PublishContext {
  deployment: Deployment;
  providerName: string;
  children: ChildProcesses;
  folder: string;
  progress: Progress;
}

const COMMON_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};

/** Opens the sites. @throws UserFacingError when a port is in use */
export async function openWebPages({ appPort, docsPort }: PagePorts): Promise<WebPages> {
  const app = appPort === null ? null : await openSite(appPort, 'APP_PORT');
  const opening = docsPort === null ? null : openSite(docsPort, 'DOCS_PORT');
  const docs = await opening?.catch(async (error: unknown) => {
    await app?.stop();
    throw error;
  });
  const sites = [
    { title: 'the example app', site: app, build: buildApp },
    { title: 'the API reference', site: docs, build: buildApiReference },
  ].flatMap(({ site, ...rest }) => (site ? { site, ...rest } : []));
  return {
    appUrl: app?.url ?? null,
    docsUrl: docs?.url ?? null,
    callbackUrl: app && `${app.url}/callback`,
    publish: async (context) => {
      if (sites.length === 0) return;
      await context.progress(`Building ${sites.map(({ title }) => title).join(' and ')}`, () =>
        Promise.all(
          sites.map(async ({ site, build }) => {
            site.publish(await build(context));
          }),
        ),
      );
    },
    stop: async () => {
      await Promise.all(sites.map(({ site }) => site.stop()));
    },
  };
}

async function buildApp({ deployment, providerName, children, folder }: PublishContext) {
  const output = join(folder, 'app');
  const where = ['--outDir', output, '--emptyOutDir'];
  await children.run(command('vite'), ['build', 'examples/spa', ...where], options());
  const config = appConfig(deployment, providerName);
  const files = await readFolder(output);
  files.set('/config.json', JSON.stringify(config, null, 2));
  const backends = [config.apiUrl, config.tokenUrl, config.cognitoUrl];
  const origins = new Set(backends.map((url) => new URL(url).origin));
  return siteContent(files, [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' https: data:",
    `connect-src 'self' ${[...origins].join(' ')}`,
    "form-action 'none'",
  ]);
}

/** Run-time configuration of the app, so that one build serves every deployment. */
function appConfig(deployment: Deployment, providerName: string) {
  return {
    apiUrl: deployment.apiUrl,
    authorizeUrl: deployment.authorizeUrl,
    tokenUrl: deployment.tokenUrl,
    revokeUrl: new URL('/oauth2/revoke', deployment.tokenUrl).href,
    logoutUrl: new URL('/logout', deployment.authorizeUrl).href,
    cognitoUrl: deployment.endpointUrl,
    clientId: deployment.spaClientId,
    redirectUri: deployment.redirectUri,
    identityProviders: [providerName],
    signInNames: deployment.signInNames,
  };
}

/** Redoc's logo, its only external resource, and the inline image that replaces it. */
const REDOC_LOGO = /https:\/\/cdn\.redoc\.ly\/redoc\/logo-mini(-full)?\.svg/g;
const REDOC_NAME = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" width="34" height="12"><text y="10" font-size="11" font-family="sans-serif">Redoc</text></svg>',
)}`;

const REDOC_OPTIONS = [
  ...['--openapi.downloadUrls', JSON.stringify([{ title: 'openapi.json', url: 'openapi.json' }])],
  // Members of members are open, such as the entries of errors.
  ...['--openapi.schemasExpansionLevel', '2'],
];
/** On a narrow screen Redoc breaks words of headings to make room for the button beside them. */
const NARROW_STYLE =
  '<style>@media (max-width: 480px) { h1, h2 { font-size: 22px !important; line-height: 1.3 !important; word-break: normal !important; overflow-wrap: break-word !important } }</style></head>';

async function buildApiReference({ deployment, children, folder }: PublishContext) {
  const output = join(folder, 'docs');
  await mkdir(output);
  const source = join(output, 'openapi.json');
  await writeFile(source, JSON.stringify(openApiDocument(deployment), null, 2));
  const offline = ['--inlineBundle', '--openapi.disableTelemetry'];
  const where = ['--output', join(output, 'index.html'), '--title', 'Current user API'];
  const flags = [...where, ...offline, ...REDOC_OPTIONS];
  await children.run(command('redocly'), ['build-docs', source, ...flags], options());
  const files = await readFolder(output);
  const page = String(files.get('/index.html'));
  const changed = page.replaceAll(REDOC_LOGO, REDOC_NAME).replace('</head>', NARROW_STYLE);
  files.set('/index.html', changed);
  return siteContent(files, [
    "default-src 'none'",
    "script-src 'unsafe-inline'",
    "style-src 'unsafe-inline'",
    'img-src data:',
    'font-src data:',
  ]);
}

function siteContent(files: SiteContent['files'], policy: string[]): SiteContent {
  const everywhere = ["base-uri 'none'", "frame-ancestors 'none'"];
  const csp = [...policy, ...everywhere].join('; ');
  return { files, headers: { ...COMMON_HEADERS, 'content-security-policy': csp } };
}

const command = (name: string) => join(PROJECT_ROOT, 'node_modules', '.bin', name);

function options() {
  const quiet = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', NO_COLOR: '1' };
  return { cwd: PROJECT_ROOT, env: { ...environmentWithoutAws(), ...quiet } };
}

async function readFolder(folder: string): Promise<Map<string, string | Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((e) => join(e.parentPath, e.name));
  const urlOf = (path: string) => `/${relative(folder, path).split(sep).join('/')}`;
  return new Map(
    await Promise.all(paths.map(async (path) => [urlOf(path), await readFile(path)] as const)),
  );
}
