import { expect, test } from 'vitest';
import { abilities } from '../../../scripts/docs/security/abilities.ts';
import { builtInDocuments } from '../../../src/bundle/policy-documents.ts';
import { parseStackId } from '../../../src/bundle/stack.ts';
import { mayCall } from '../../permissions/may-call.ts';

const stack = parseStackId('arn:aws:cloudformation:us-east-1:123456789012:stack/redis/1');
const { userRestricted } = builtInDocuments(stack, 'redislabs-cluster-node-role', '168085023892');
const userPolicy = [{ PolicyName: 'user', PolicyDocument: JSON.parse(userRestricted) }];

test.each(abilities)('that Redis can, or cannot, $text is what IAM would say', async (ability) => {
  const { action, resource, context = {}, allowed } = ability;
  expect(await mayCall(userPolicy, { action, resource, context })).toBe(allowed);
});
