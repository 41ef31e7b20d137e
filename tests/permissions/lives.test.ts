import { beforeAll, describe, expect, test } from 'vitest';
import { STACK_ID } from '../support/memory-aws/events.ts';
import { allowedActions, logging, rotating, withKey } from './actions.ts';
import { authorizationsOf } from './authorizations.ts';
import { live } from './life.ts';
import { lives } from './lives.ts';
import { type Authorization, mayCall } from './may-call.ts';
import { rolePolicies } from './role.ts';

/** What AWS asks in each step of each life. */
const asked: Record<string, Authorization[][]> = {};

describe.each(Object.entries(lives))('%s', (name, steps) => {
  beforeAll(async () => {
    asked[name] = (await live(steps)).map((calls) => distinct(calls.flatMap(authorizationsOf)));
  });

  test.each(steps.map((step, index) => ({ ...step, index })))(
    '$title: the role allows every call',
    async ({ parameters, index }) => {
      const policies = await rolePolicies(parameters, STACK_ID);
      const authorizations = asked[name]?.[index] ?? [];
      expect(authorizations.length).toBeGreaterThan(0);
      const refused: Authorization[] = [];
      for (const each of authorizations) if (!(await mayCall(policies, each))) refused.push(each);
      expect(refused).toEqual([]);
    },
  );
});

test('the role allows nothing that none of these lives needs', async () => {
  const used = new Set(Object.values(asked).flatMap((steps) => steps.flat().map(({ action }) => action)));
  const bounded = await rolePolicies({ PermissionsBoundaryArn: 'arn:aws:iam::aws:policy/PowerUserAccess' });
  const allowed = [...allowedActions(await rolePolicies()), ...allowedActions(bounded)];
  // Not calls of the function: Lambda's runtime writes the log, and Secrets Manager uses the key in the function's name.
  // And it asks whether the function may be called by whom switches rotation on.
  const others = [...logging, ...withKey, rotating];
  expect([...new Set(allowed)].filter((action) => !used.has(action) && !others.includes(action))).toEqual([]);
});

/** The same question is asked many times over. */
function distinct(authorizations: Authorization[]): Authorization[] {
  return [...new Map(authorizations.map((each) => [JSON.stringify(each), each])).values()];
}
