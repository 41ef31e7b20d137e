import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { policyRevision } from '../../../scripts/docs/policy-revision.ts';
import { policyEdition } from '../../../src/bundle/policy-documents.ts';
import { template } from '../template/template.ts';

const policies = fileURLToPath(new URL('../../../policies/', import.meta.url));

test('the template carries the digest of the policy documents: run `npm run docs`', () => {
  expect(template.Resources.Bundle?.Properties?.PolicyRevision).toBe(policyRevision());
});

test('the function tells the same digest as the edition of the policies that it brings', () => {
  expect(policyEdition({})).toBe(policyRevision());
});

describe('the digest of changed documents', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'policies-'));
    cpSync(policies, folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('is another one when a grant changes', () => {
    const path = join(folder, 'instance-role.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('ec2:DeleteTags', 'ec2:DeleteVolume'));
    expect(policyRevision(folder)).toMatch(/^[0-9a-f]{16}$/);
    expect(policyRevision(folder)).not.toBe(policyRevision());
  });

  test('is the same when the policy of who deploys it changes, which no bundle contains', () => {
    writeFileSync(join(folder, 'deployer.json'), '{}');
    expect(policyRevision(folder)).toBe(policyRevision());
  });

  test('is the same when only the lay-out and the order of keys change', () => {
    const path = join(folder, 'trust-ec2.json');
    const { Version, Statement } = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ Statement, Version }));
    expect(policyRevision(folder)).toBe(policyRevision());
  });
});
