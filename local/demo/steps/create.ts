import type { OperationResult } from '../../cloudformation/operation-result.ts';
import { showLedger } from '../ledger.ts';
import { readSecret, type SecretValue } from '../secret.ts';
import {
  checkOwnership,
  operate,
  type Show,
  showInventory,
  showSecret,
  showTable,
  stackName,
} from '../show.ts';

/** Deploys template.yaml and shows what the stack made. */
export async function create(show: Show): Promise<void> {
  const { parameters } = show;
  const result = await operate(show, 'CREATE_COMPLETE', (cloudFormation) =>
    cloudFormation.createStack({ stackName, parameters }),
  );
  showTable(show, 'Outputs', ['Name', 'Value'], Object.entries(result.outputs));
  const entities = await showInventory(show);
  checkOwnership(show, entities);
  await showLedger(show, entities);
  const { SecretName = '', UserArn = '' } = result.outputs;
  const secret = await readSecret(show.clients, SecretName);
  show.claims.check(`The secret ${SecretName} has a current version`, secret !== undefined);
  if (secret) {
    showSecret(show, `The secret ${SecretName}`, secret);
    const caller = await show.clients.callerOf(secret);
    show.claims.check(`AWS knows the key in the secret as ${UserArn}`, caller === UserArn, caller);
    checkConfidentiality(show, result, secret);
  }
}

function checkConfidentiality(show: Show, result: OperationResult, secret: SecretValue): void {
  const { outputs, events, answers, log } = result;
  const told = JSON.stringify({ outputs, events, answers, log });
  const credentials = [secret.accessSecretKey, secret.consolePassword].filter(
    (value) => typeof value === 'string',
  );
  // In JSON some characters of a password are escaped.
  const leaked = credentials.some((value) => told.includes(JSON.stringify(value).slice(1, -1)));
  const claim = 'No secret access key and no password is in outputs, events, answers or logs';
  show.claims.check(claim, !leaked && credentials.length > 0, 'a credential');
}
