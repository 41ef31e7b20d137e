import { expect, test } from 'vitest';
import { NODE_ROLE, USER, useAccount } from '../support/account.ts';
import { iamError } from '../support/memory-aws/iam-errors.ts';
import { expectSuccess } from './journey.ts';

const account = useAccount();

test.each([
  ['GetPolicy', 'CreatePolicy', () => Object.values(account.aws.policies)],
  ['GetRole', 'CreateRole', () => [account.aws.roles[NODE_ROLE]]],
  ['GetInstanceProfile', 'CreateInstanceProfile', () => Object.values(account.aws.instanceProfiles)],
  ['GetUser', 'CreateUser', () => [account.user(USER)]],
])(
  'a tag that is desired no more goes also where %s does not show what is there',
  async (read, create, found) => {
    expectSuccess((await account.create({ Tags: 'Team=data,Cost=1' })).answer);
    let isLate = true;
    account.before(create, () => {
      isLate = false;
    });
    account.aws.failCall(
      ({ action }) => isLate && action === read,
      iamError('NoSuchEntity', 'It cannot be found.', 404),
      Number.POSITIVE_INFINITY,
    );
    expectSuccess((await account.update({ Tags: 'Team=cache' })).answer);
    expect(isLate).toBe(false);
    for (const resource of found()) {
      expect(resource?.tags).toMatchObject({ Team: 'cache' });
      expect(resource?.tags).not.toHaveProperty('Cost');
    }
  },
);
