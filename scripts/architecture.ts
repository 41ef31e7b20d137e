/** Prints the picture of the README, drawn from `docs/architecture.txt`; with `--write` writes `docs/architecture.svg`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readDrawing } from './architecture/drawing.ts';
import { toSvg } from './architecture/svg.ts';

const docs = join(import.meta.dirname, '../docs');

/** The picture as it must be, as SVG. */
export function architectureSvg(): string {
  const drawing = readDrawing(readFileSync(join(docs, 'architecture.txt'), 'utf8'));
  return toSvg(drawing, 'How RV Access Bundle gives Redis Cloud access to an AWS account');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  if (process.argv.includes('--write')) writeFileSync(join(docs, 'architecture.svg'), architectureSvg());
  else console.log(architectureSvg());
}
