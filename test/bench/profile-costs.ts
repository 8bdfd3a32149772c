/** Adds up a CPU profile by the part of the code that each sample was taken in. */
import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';

const ProfileSchema = v.object({
  nodes: v.array(
    v.object({
      id: v.number(),
      callFrame: v.object({
        functionName: v.string(),
        url: v.string(),
        lineNumber: v.number(),
        columnNumber: v.number(),
      }),
      children: v.optional(v.array(v.number()), []),
    }),
  ),
  samples: v.array(v.number()),
  timeDeltas: v.array(v.number()),
});
type ProfileNode = v.InferOutput<typeof ProfileSchema>['nodes'][number];

/** Microseconds by part. */
export type Costs = Map<string, number>;

/**
 * Packages by their name, our own code by its folder, Node.js by its module. Native code counts as the
 * function that called it; waiting does not count.
 */
export function costsOf(profileFile: string): Costs {
  const { nodes, samples, timeDeltas } = v.parse(
    v.pipe(v.string(), v.parseJson(), ProfileSchema),
    readFileSync(profileFile, 'utf8'),
  );
  const partOf = partsOf(nodes);
  const costs: Costs = new Map();
  samples.forEach((id, at) => {
    const part = partOf.get(id);
    // A sample stands for the time until the next one.
    const microseconds = timeDeltas[at + 1] ?? 0;
    if (part !== undefined && part !== '(idle)') {
      costs.set(part, (costs.get(part) ?? 0) + microseconds);
    }
  });
  return costs;
}

function partsOf(nodes: readonly ProfileNode[]): Map<number, string> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const maps = new Map<string, SourceMap>();
  const parts = new Map<number, string>();
  const visit = (node: ProfileNode, caller: string) => {
    const part = ownPart(node.callFrame, maps) ?? caller;
    parts.set(node.id, part);
    for (const id of node.children) {
      const child = byId.get(id);
      if (child !== undefined) visit(child, part);
    }
  };
  const [root] = nodes;
  if (root !== undefined) visit(root, '(program)');
  return parts;
}

/** @returns null for native code */
function ownPart(
  { functionName, url, lineNumber, columnNumber }: ProfileNode['callFrame'],
  maps: Map<string, SourceMap>,
): string | null {
  if (url === '') return functionName.startsWith('(') ? functionName : null;
  if (url.startsWith('node:'))
    return `Node.js: ${url.slice('node:'.length).split('/', 2).join('/')}`;
  const file = fileURLToPath(url);
  if (!existsSync(`${file}.map`)) return '(measurement)';
  const map = maps.get(file) ?? new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')));
  maps.set(file, map);
  const entry = map.findEntry(lineNumber, columnNumber);
  return 'originalSource' in entry ? sourcePart(entry.originalSource) : 'bundle';
}

/** A package's name; a folder of this project; a handler to compare with. */
function sourcePart(source: string): string {
  const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source) ?? [];
  if (name !== undefined) return name;
  const [, folder] = /.*\/((?:lib|functions)(?:\/[a-z-]+(?=\/))?)\//.exec(source) ?? [];
  return folder ?? 'handler';
}
