import { inventory } from '../inventory.ts';
import { listSecrets, readSecret } from '../secret.ts';
import { operate, type Show, stackName } from '../show.ts';

/** Deletes the stack and looks for anything that is left. */
export async function deleteAll(show: Show): Promise<void> {
  const { outputs } = show.cloudFormation.stack(stackName);
  const secret = await readSecret(show.clients, outputs.SecretName ?? '');
  await operate(show, 'DELETE_COMPLETE', (cloudFormation) => cloudFormation.deleteStack(stackName));

  if (secret) {
    const caller = await show.clients.callerOf(secret);
    const refused = caller === 'InvalidClientTokenId';
    show.claims.check(`AWS refuses the key ${secret.accessKeyId}: InvalidClientTokenId`, refused, caller);
  }
  const known = new Set(show.before.map(({ kind, name }) => `${kind} ${name}`));
  const left = (await inventory(show.clients))
    .map(({ kind, name }) => `${kind} ${name}`)
    .filter((entity) => !known.has(entity));
  show.claims.check('Nothing of the bundle is left in IAM', left.length === 0, left.join(', '));
  const secrets = await listSecrets(show.clients);
  const usable = secrets.filter(({ deleted }) => !deleted).map(({ name }) => name);
  show.claims.check('No secret can be read any more', usable.length === 0, usable.join(', '));
  for (const { name, deleted } of secrets) {
    if (deleted) {
      const date = deleted.toISOString().slice(0, 10);
      show.print(`    ${name} is scheduled for deletion on ${date}; until then it can be restored.`);
    }
  }
  if (left.length === 0 && usable.length === 0) {
    show.print();
    show.print('  Nothing left.');
  }
}
