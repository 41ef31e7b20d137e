import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const library = fileURLToPath(new URL('../../../.venv/lib', import.meta.url));
const [python = ''] = readdirSync(library).filter((name) => name.startsWith('python'));
const schemas = join(library, python, 'site-packages/cfnlint/data/schemas');
const files: Record<string, string> = read(join(schemas, 'providers/us-east-1.json'));

/** What CloudFormation does with a resource in the operator's name. `list` is no part of a stack's life. */
export const operations = ['create', 'read', 'update', 'delete'] as const;

/**
 * The IAM actions that CloudFormation's handlers of a resource type may need, tags included, as AWS publishes them in
 * the type's schema. cfn-lint ships the schemas.
 *
 * @throws Error if AWS publishes none for the type
 */
export function handlerActions(type: string): string[] {
  const { handlers, tagging = {} }: Schema = read(join(schemas, 'resources', `${files[type]}.json`));
  const actions = operations.flatMap((operation) => handlers?.[operation]?.permissions ?? []);
  if (actions.length === 0) throw new Error(`The schema of ${type} tells no permissions.`);
  return [...new Set([...actions, ...(tagging.permissions ?? [])])].sort();
}

interface Schema {
  handlers?: Record<string, { permissions: string[] }>;
  tagging?: { permissions?: string[] };
}

function read(path: string) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
