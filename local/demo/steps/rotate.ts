import { showLedger } from '../ledger.ts';
import { readSecret } from '../secret.ts';
import { operate, type Show, showChange, showInventory, showSecret, stackName } from '../show.ts';

/** Raises AccessKeySerial: a new key, while the one before keeps working. */
export async function rotate(show: Show): Promise<void> {
  const { parameters, outputs } = show.cloudFormation.stack(stackName);
  const oldKey = outputs.AccessKeyId;
  const AccessKeySerial = String(Number(parameters.AccessKeySerial) + 1);
  showChange(show, 'AccessKeySerial', parameters.AccessKeySerial, AccessKeySerial);
  const result = await operate(show, 'UPDATE_COMPLETE', (cloudFormation) =>
    cloudFormation.updateStack(stackName, { parameters: { AccessKeySerial } }),
  );
  const entities = await showInventory(show);
  await showLedger(show, entities);

  const { SecretName = '', AccessKeyId = '', UserArn = '' } = result.outputs;
  for (const [stage, keyId, what] of [
    ['AWSCURRENT', AccessKeyId, 'a new key'],
    ['AWSPREVIOUS', oldKey, 'the key before'],
  ] as const) {
    const secret = await readSecret(show.clients, SecretName, stage);
    if (secret) {
      showSecret(show, `${stage} of ${SecretName}`, secret);
    }
    show.claims.check(`${stage} holds ${what}, ${keyId}`, secret?.accessKeyId === keyId, secret?.accessKeyId);
    const caller = secret ? await show.clients.callerOf(secret) : 'no version';
    show.claims.check(`AWS knows ${keyId} as ${UserArn}`, caller === UserArn, caller);
  }
  show.claims.check('The two keys are different', AccessKeyId !== oldKey && AccessKeyId !== '', AccessKeyId);
}
