import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadTemplate } from '../../../local/cloudformation/template.ts';
import { template } from './template.ts';

type Skips = { id: string; comment: string }[];
interface WithMetadata {
  Metadata?: { checkov?: { skip: Skips } };
}

const skipsOf = (resources: Record<string, unknown>, logicalId: string): Skips =>
  (resources[logicalId] as WithMetadata).Metadata?.checkov?.skip ?? [];
const skipped = Object.keys(template.Resources).filter((id) => skipsOf(template.Resources, id).length > 0);

test('what checkov shall pass over is said with a reason, once', () => {
  expect(skipped).toEqual(['BundleFunction', 'Ledger', 'BundleFunctionLogGroup']);
  const skips = skipped.flatMap((id) => skipsOf(template.Resources, id));
  for (const { id, comment } of skips) {
    expect(id).toMatch(/^CKV\d?_AWS_\d+$/);
    expect(comment).toMatch(/^[A-Z].{20,}$/);
  }
  expect(new Set(skips.map(({ id }) => id)).size).toBe(skips.length);
});

test('the one-file template carries the same reasons', async () => {
  const oneFile = new URL('../../../dist/rv-access-bundle.yaml', import.meta.url).pathname;
  const { Resources } = await loadTemplate(oneFile, 'us-east-1');
  for (const id of skipped) expect(skipsOf(Resources, id)).toEqual(skipsOf(template.Resources, id));
});

test('the check before a change goes in covers both templates', () => {
  const script = readFileSync(new URL('../../../scripts/checkov.ts', import.meta.url), 'utf8');
  expect(script).toContain("['template.yaml', 'dist/rv-access-bundle.yaml']");
  const gate = readFileSync(new URL('../../../.ci/run', import.meta.url), 'utf8');
  expect(gate).toMatch(/^step 'checkov' \S+ scripts\/checkov\.ts$/m);
});
