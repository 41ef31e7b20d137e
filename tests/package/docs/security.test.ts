import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { abilities } from '../../../scripts/docs/security/abilities.ts';
import { builtInDocuments } from '../../../src/bundle/policy-documents.ts';
import { parseStackId } from '../../../src/bundle/stack.ts';
import { mayCall } from '../../permissions/may-call.ts';

const stack = parseStackId('arn:aws:cloudformation:us-east-1:123456789012:stack/redis/1');
const { userRestricted } = builtInDocuments(stack, 'redislabs-cluster-node-role', '168085023892');
const userPolicy = [{ PolicyName: 'user', PolicyDocument: JSON.parse(userRestricted) }];

const boundary = JSON.parse(
  readFileSync(new URL('../../../policies/boundary.json', import.meta.url), 'utf8'),
);

test('the review names where the policies come from, with the commit', () => {
  const page = readFileSync(new URL('../../../docs/security/permissions.md', import.meta.url), 'utf8');
  expect(page).toContain(
    'github.com/Redislabs-Solution-Architects/cloudformation-aws-Redislabs-Cloud-Account-IAM-Resources/tree/b746de1',
  );
});

test.each(abilities)('that Redis can, or cannot, $text is what IAM would say', async (ability) => {
  const { action, resource, context = {}, allowed } = ability;
  const principal = 'arn:aws:iam::123456789012:user/redislabs-user';
  const asked = { action, resource, context: { 'aws:PrincipalAccount': '123456789012', ...context } };
  expect(await mayCall(userPolicy, asked, { principal })).toBe(allowed);
  expect(await mayCall(userPolicy, asked, { principal, boundary })).toBe(ability.withBoundary ?? allowed);
});
