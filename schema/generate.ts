/** Writes the schemas; with `--check` only says which are not up to date, and fails. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { editorSchema, lintSchema } from './bundle-schema.ts';

const files = { 'bundle.schema.json': editorSchema, 'cfn-lint/bundle.json': lintSchema };
const urlOf = (file: string): URL => new URL(`./${file}`, import.meta.url);

/** The files that are not what the function's own schema makes of them, each with what it should be. */
export function outdatedSchemas(): Map<string, string> {
  const made = Object.entries(files).map(([file, make]) => [file, make()] as const);
  const outdated = made.filter(([file, schema]) => JSON.stringify(schema) !== JSON.stringify(read(file)));
  return new Map(outdated.map(([file, schema]) => [file, `${JSON.stringify(schema, null, 2)}\n`]));
}

function read(file: string): unknown {
  const url = urlOf(file);
  return existsSync(url) ? JSON.parse(readFileSync(url, 'utf8')) : undefined;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const outdated = outdatedSchemas();
  if (process.argv.includes('--check')) {
    for (const file of outdated.keys())
      console.error(`schema/${file} is not up to date: run \`npm run schema\`.`);
    if (outdated.size > 0) process.exitCode = 1;
  } else for (const [file, text] of outdated) writeFileSync(urlOf(file), text);
}
