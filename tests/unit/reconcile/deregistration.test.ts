import { expect, test } from 'vitest';
import type { Aws } from '../../../src/aws/clients.ts';
import type { Bundle } from '../../../src/bundle/bundle.ts';
import { DeadlineError, LeaseError, PreconditionError } from '../../../src/errors.ts';
import type { Ledger } from '../../../src/ledger/ledger.ts';
import { removeRegistration } from '../../../src/reconcile/deregistration.ts';

/** What a protected Delete of a registered bundle fails with if a call fails with this. */
const failure = (error: Error) => {
  const aws = { secretsIn: () => () => Promise.reject(error) } as unknown as Aws;
  const ledger = {
    state: { registration: { generation: 'id', known: { name: 'Databases', cloudAccountId: 16_961 } } },
  } as unknown as Ledger;
  const bundle = { properties: { RedisCloudApiSecretArn: 'arn:aws:secretsmanager:us-east-1:1:secret:api' } };
  const options = { id: 'id', targets: [], isProtected: true };
  return removeRegistration(aws, ledger, bundle as Bundle, options).catch((thrown: Error) => thrown);
};

test.each([new DeadlineError(), new LeaseError('Somebody else has it.', true)])(
  'what ends the whole request is no refusal of the Delete: %s',
  async (error) => {
    expect(await failure(error)).toBe(error);
  },
);

test('what else goes wrong refuses the Delete, and says which cloud account is left', async () => {
  const error = await failure(new TypeError('No such path.'));
  expect(error).toBeInstanceOf(PreconditionError);
  expect((error as Error).message).toMatch(
    /^The cloud account "Databases" \(id 16961\) could not be removed.*No such path/,
  );
});
