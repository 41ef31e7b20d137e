import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

interface Shape {
  type: string;
  members?: Record<string, { shape: string }>;
  member?: { shape: string };
  required?: string[];
  enum?: string[];
}

const library = fileURLToPath(new URL('../../../.venv/lib', import.meta.url));
const [python = ''] = readdirSync(library).filter((name) => name.startsWith('python'));
const model = 'site-packages/botocore/data/cloudformation/2010-05-15/service-2.json.gz';
const { shapes, operations }: { shapes: Record<string, Shape>; operations: Record<string, Operation> } =
  JSON.parse(gunzipSync(readFileSync(join(library, python, model))).toString());

interface Operation {
  input: { shape: string };
}

/** Options that the AWS CLI itself takes. */
const ofTheCli = ['query', 'output', 'region'];

/**
 * What AWS's own description of CloudFormation has against a command of the AWS CLI: unknown operations, options and
 * fields, values that are none of an enumeration, and what is missing. Values in the CLI's short form are looked into.
 */
export function complaintsAbout([name = '', ...rest]: string[]): string[] {
  const operation = operations[camel(name)];
  if (!operation) return [`there is no operation ${name}`];
  const input = shapes[operation.input.shape];
  const given = optionsOf(rest);
  const members = input?.members ?? {};
  const missing = (input?.required ?? []).filter((member) => !(member in given));
  return [
    ...missing.map((member) => `${name} needs ${member}`),
    ...Object.entries(given).flatMap(([option, values]) => {
      if (ofTheCli.includes(option.toLowerCase())) return [];
      const member = members[option];
      return member
        ? values.flatMap((value) => wrong(member.shape, value))
        : [`${name} has no option ${option}`];
    }),
  ];
}

function optionsOf(words: string[]): Record<string, string[]> {
  const options: Record<string, string[]> = {};
  let current: string[] = [];
  for (const word of words) {
    if (word.startsWith('--')) {
      current = [];
      options[camel(word.slice(2))] = current;
    } else current.push(word);
  }
  return options;
}

function wrong(name: string, value: string): string[] {
  const { type, enum: allowed, members = {}, member } = shapes[name] ?? { type: 'unknown' };
  if (type === 'list' && member) return wrong(member.shape, value);
  if (type === 'structure') {
    // `A=1,B=x,y`: what follows a comma and has no `=` is a further item of the list before.
    const fields = value.split(/(?<!\\),(?=\w+=)/).map((field) => field.split(/=(.*)/s));
    return fields.flatMap(([field = '', text = '']) => {
      const shape = members[field]?.shape;
      return shape
        ? text.split(/(?<!\\),/).flatMap((item) => wrong(shape, item))
        : [`${name} has no field ${field}`];
    });
  }
  if (type === 'boolean') return /^(true|false)$/.test(value) ? [] : [`${name}: ${value} is no boolean`];
  if (type === 'integer') return /^\d+$/.test(value) ? [] : [`${name}: ${value} is no number`];
  return allowed && !allowed.includes(value) ? [`${name} cannot be ${value}`] : [];
}

function camel(words: string): string {
  const joined = words.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
  return joined.replace(/Arn$/, 'ARN').replace(/Url$/, 'URL');
}
