import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
/** `policies/deployer.json` is none of the function's: a change in it is no reason to update bundles. */
const builtIn = ['instance-role', 'trust-console', 'trust-ec2', 'user-restricted'];
const revisionLine = /^( +PolicyRevision: ")[0-9a-f]*(")$/m;

/**
 * Digest of the policy documents: 16 hex digits, the same for any lay-out of the files and order of their keys.
 *
 * CloudFormation asks the function for an update only when a property of the bundle changed. The digest is that change
 * for a release that alters nothing but the policy documents.
 */
export function policyRevision(folder = join(root, 'policies')): string {
  const documents = builtIn.map((name) =>
    canonical(JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'))),
  );
  return createHash('sha256').update(documents.join('\n')).digest('hex').slice(0, 16);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** `template.yaml` as it must stand, with the digest as `PolicyRevision`. */
export function templateWithRevision(): string {
  const template = readFileSync(join(root, 'template.yaml'), 'utf8');
  if (!revisionLine.test(template)) throw new Error('template.yaml has no line PolicyRevision: "...".');
  return template.replace(revisionLine, `$1${policyRevision()}$2`);
}
