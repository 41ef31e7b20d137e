import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** A plain CloudFormation template, as far as it is read here. */
export interface Template {
  Parameters?: Record<string, TemplateParameter>;
  Rules?: Record<
    string,
    { RuleCondition?: Json; Assertions: { Assert: Json; AssertDescription?: string }[] }
  >;
  Mappings?: Record<string, Record<string, Record<string, Json>>>;
  Conditions?: Record<string, Json>;
  Resources: Record<string, TemplateResource>;
  Outputs?: Record<string, { Value: Json; Condition?: string; Description?: string }>;
}

export interface TemplateParameter {
  Type: string;
  Default?: string | number | boolean;
  AllowedPattern?: string;
  AllowedValues?: (string | number | boolean)[];
  ConstraintDescription?: string;
  MinLength?: number | string;
  MaxLength?: number | string;
  MinValue?: number | string;
  MaxValue?: number | string;
}

export interface TemplateResource {
  Type: string;
  Properties?: JsonObject;
  Condition?: string;
  DependsOn?: string | string[];
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const python = join(root, '.venv/bin/python');
const translate = join(root, 'scripts/translate.py');
const cache = join(root, '.cache/templates');
const loaded = new Map<string, Promise<Template>>();

/**
 * Reads a template: a SAM template is translated as AWS does it, a plain one (YAML or JSON) is taken as it is.
 * The translator takes its time to start, so what it made of a text is kept in `.cache`, until the translator changes.
 *
 * @throws Error with the SAM translator's findings if it refuses the template.
 */
export function loadTemplate(path: string, region: string): Promise<Template> {
  const hash = createHash('sha256').update(region);
  for (const file of [path, translate, join(root, 'requirements.txt')]) hash.update(readFileSync(file));
  const key = hash.digest('hex');
  const known = loaded.get(key) ?? readKept(join(cache, `${key}.json`), () => runTranslator(path, region));
  loaded.set(key, known);
  return known;
}

async function readKept(file: string, make: () => Promise<string>): Promise<Template> {
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept !== undefined) return JSON.parse(kept);
  const made = await make();
  await mkdir(cache, { recursive: true });
  // Several processes may do so at once; none may read what another has written in part.
  await writeFile(`${file}.${process.pid}`, made);
  await rename(`${file}.${process.pid}`, file);
  return JSON.parse(made);
}

async function runTranslator(file: string, region: string): Promise<string> {
  const { stdout } = await promisify(execFile)(python, [translate, '--region', region, file], {
    maxBuffer: 16 * 1024 * 1024,
    timeout: 60_000,
  });
  return stdout;
}
