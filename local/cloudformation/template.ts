import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
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

const python = fileURLToPath(new URL('../../.venv/bin/python', import.meta.url));
const translate = fileURLToPath(new URL('../../scripts/translate.py', import.meta.url));
const loaded = new Map<string, Promise<Template>>();

/**
 * Reads a template: a SAM template is translated as AWS does it, a plain one (YAML or JSON) is taken as it is.
 * A file that did not change is translated once per process and Region.
 *
 * @throws Error with the SAM translator's findings if it refuses the template.
 */
export function loadTemplate(path: string, region: string): Promise<Template> {
  const file = resolve(path);
  const key = `${file} ${statSync(file).mtimeMs} ${region}`;
  const known = loaded.get(key) ?? runTranslator(file, region);
  loaded.set(key, known);
  return known;
}

async function runTranslator(file: string, region: string): Promise<Template> {
  const { stdout } = await promisify(execFile)(python, [translate, '--region', region, file], {
    maxBuffer: 16 * 1024 * 1024,
    timeout: 60_000,
  });
  return JSON.parse(stdout);
}
