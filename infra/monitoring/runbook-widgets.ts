/**
 * The runbook's entries as texts on the dashboard, so that whoever is woken by an alarm has them
 * without a copy of the repository, as they were when this version was deployed.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TextWidget } from 'aws-cdk-lib/aws-cloudwatch';

const RUNBOOK = join(import.meta.dirname, '..', '..', 'docs', 'runbook.md');
const WIDTH = 12;
/** Units of height: of a dashboard's widget 1,000 at most, of a line of text about two thirds. */
const HEIGHT_OF_LINE = 0.7;
const CHARACTERS_OF_LINE = 95;

/** The introduction and each entry of docs/runbook.md, for the stack of that name. */
export function runbookWidgets(stackName: string, runbookUrl: string | null): TextWidget[] {
  // What follows is about findings of the account tool, not about alarms.
  const [alarms = ''] = readFileSync(RUNBOOK, 'utf8').split(/^# Inconsistencies$/m);
  return alarms.split(/^(?=## )/m).map((entry) => {
    const markdown = withLinks(entry.trim(), runbookUrl).replaceAll('<stack>', stackName);
    return new TextWidget({ markdown, width: WIDTH, height: heightOf(markdown) });
  });
}

/** Anchors and paths inside the repository lead nowhere from a dashboard, unless its address is known. */
function withLinks(markdown: string, runbookUrl: string | null): string {
  return markdown.replaceAll(/\[([^\]]+)\]\((?!https:)([^)]+)\)/g, (_, text, target) => {
    if (runbookUrl !== null) return `[${text}](${new URL(target, runbookUrl).href})`;
    return target.startsWith('#') ? text : `${text} (docs/${target})`;
  });
}

function heightOf(markdown: string): number {
  const lines = markdown
    .split('\n')
    .reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / CHARACTERS_OF_LINE)), 0);
  return Math.ceil(lines * HEIGHT_OF_LINE) + 1;
}
