import { expect, test } from 'vitest';
import { stepsForHolders } from '../../../src/iam/policy-holders.ts';
import { useAccount } from '../../support/account.ts';

const account = useAccount();

test('a policy is detached from what is the bundle’s own only, on whatever page; what else holds it is named', async () => {
  const arn = account.aws.addForeignPolicy('Policy').arn;
  account.aws.pageSize = 1;
  account.aws.addForeignUser('own').attached.push(arn);
  account.aws.addForeignUser('theirs').attached.push(arn);
  account.aws.addForeignRole('own').attached.push(arn);
  account.aws.addForeignRole('theirs').attached.push(arn);
  account.aws.groups.own = { name: 'own', id: 'AGPA', attached: [arn] };
  const isOwn = (kind: string, name: string) => name === 'own' && kind !== 'group';
  const steps = await account.wait(stepsForHolders(account.connection, arn, isOwn));
  const results = await account.wait(Promise.allSettled(steps.map((step) => step())));
  const refusals = results.flatMap((result) => (result.status === 'rejected' ? result.reason.message : []));
  expect(refusals.sort()).toEqual(
    ['group "own"', 'role "theirs"', 'user "theirs"'].map(
      (holder) => `it is attached to the ${holder}, which is not this bundle's: detach it there`,
    ),
  );
  const { users, roles } = account.aws;
  expect([users.own, users.theirs, roles.own, roles.theirs].map((holder) => holder?.attached.length)).toEqual(
    [0, 1, 0, 1],
  );
});

test('a policy that is gone is held by nothing', async () => {
  const steps = account.wait(
    stepsForHolders(account.connection, 'arn:aws:iam::123456789012:policy/Gone', () => true),
  );
  expect(await steps).toEqual([]);
});
