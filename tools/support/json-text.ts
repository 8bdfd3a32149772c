/** JSON as this project's files have it. */

/** Indented JSON with a line break at the end; lists of plain values stay on one line where they fit. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  const onOneLine = text.replaceAll(/^(.*)\[\n([^[\]{}]+?)\n\s*\]/gm, (whole, start, items) => {
    const line = `${start}[${items.trim().replaceAll(/\n\s*/g, ' ')}]`;
    return line.length < 100 ? line : whole;
  });
  return `${onOneLine}\n`;
}
