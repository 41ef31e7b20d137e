import { isDeepStrictEqual } from 'node:util';
import { inventory } from '../inventory.ts';
import { showLedger } from '../ledger.ts';
import { readSecret } from '../secret.ts';
import { bundleId, operate, type Show, showChange, showInventory, stackName } from '../show.ts';

/** Renames the user while something else in the stack fails: everything goes back to what it was. */
export async function rollback(show: Show): Promise<void> {
  const { parameters } = show.cloudFormation.stack(stackName);
  const { physicalId: oldId } = show.cloudFormation.resource(stackName, bundleId);
  const before = await inventory(show.clients);
  const UserName = `${parameters.UserName?.slice(0, 50)}-trial`;
  showChange(show, 'UserName', parameters.UserName, UserName);
  show.print('  Once the bundle is updated, something else in the stack fails.');
  show.print();
  const result = await operate(show, 'UPDATE_ROLLBACK_COMPLETE', (cloudFormation) =>
    cloudFormation.updateStack(stackName, { parameters: { UserName }, failAfterBundle: true }),
  );
  const after = await showInventory(show);

  const { physicalId } = show.cloudFormation.resource(stackName, bundleId);
  show.claims.check('The bundle has its old physical id again', physicalId === oldId, physicalId);
  const changed = after.filter((entity) => !before.some((other) => isDeepStrictEqual(entity, other)));
  const same = changed.length === 0 && after.length === before.length;
  const found = changed.map(({ kind, name }) => `${kind} ${name}`).join(', ') || `${after.length} entities`;
  show.claims.check('IAM is what it was before, to the last tag and key', same, found);

  await showLedger(show, after);
  const { SecretName = '', UserArn = '' } = result.outputs;
  const secret = await readSecret(show.clients, SecretName);
  const caller = secret ? await show.clients.callerOf(secret) : 'no current version';
  show.claims.check(
    `AWS knows the key in the secret ${SecretName} as ${UserArn}`,
    caller === UserArn,
    caller,
  );
}
