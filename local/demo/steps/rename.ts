import { showLedger } from '../ledger.ts';
import { listSecrets, readSecret } from '../secret.ts';
import {
  bundleId,
  checkOwnership,
  operate,
  type Show,
  showChange,
  showInventory,
  stackName,
} from '../show.ts';

/** Gives the user another name: CloudFormation replaces the bundle and deletes the old one at clean-up. */
export async function rename(show: Show): Promise<void> {
  const { parameters, outputs: old } = show.cloudFormation.stack(stackName);
  const { physicalId: oldId } = show.cloudFormation.resource(stackName, bundleId);
  const UserName = `${parameters.UserName?.slice(0, 50)}-renamed`;
  showChange(show, 'UserName', parameters.UserName, UserName);
  const result = await operate(show, 'UPDATE_COMPLETE', (cloudFormation) =>
    cloudFormation.updateStack(stackName, { parameters: { UserName } }),
  );
  const entities = await showInventory(show);

  const { physicalId } = show.cloudFormation.resource(stackName, bundleId);
  show.claims.check('The bundle has a new physical id: it was replaced', physicalId !== oldId, physicalId);
  const deleted = result.events.some(
    (event) => event.physicalResourceId === oldId && event.resourceStatus === 'DELETE_COMPLETE',
  );
  show.claims.check('The old bundle was deleted at clean-up', deleted);
  checkOwnership(show, entities);
  await showLedger(show, entities);
  const users = entities.filter(({ kind }) => kind === 'User').map(({ name }) => name);
  show.claims.check(`${UserName} is the only user`, users.join() === UserName, users.join(', '));

  const { SecretName = '', UserArn = '' } = result.outputs;
  const secret = await readSecret(show.clients, SecretName);
  const caller = secret ? await show.clients.callerOf(secret) : 'no current version';
  show.claims.check(
    `AWS knows the key in the secret ${SecretName} as ${UserArn}`,
    caller === UserArn,
    caller,
  );
  if (SecretName !== old.SecretName) {
    const usable = (await listSecrets(show.clients)).filter(({ deleted: date }) => !date);
    const names = usable.map(({ name }) => name).join(', ');
    show.claims.check(`${SecretName} is the only secret that can be read`, names === SecretName, names);
  }
}
