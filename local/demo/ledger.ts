import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { LedgerState } from '../../src/ledger/state.ts';
import type { Entity } from './inventory.ts';
import { readSecret } from './secret.ts';
import { bundleId, type Show, showTable, stackName } from './show.ts';

/** Prints what the function knows for certain of the bundle, and claims that it agrees with what there is. */
export async function showLedger(show: Show, entities: Entity[]): Promise<void> {
  const { physicalId } = show.cloudFormation.resource(stackName, bundleId);
  const { text, version, state } = await readLedger(show, physicalId);
  showTable(
    show,
    `The ledger of ${tagOf(physicalId)}, written ${version} times`,
    ['What', 'Name', 'What is known of it'],
    [
      ...Object.entries(state.owners).map(([name, { id, since }]) => [
        'Owner',
        name,
        `${nameOf(id)}, ${since}`,
      ]),
      ...state.keys.made.map(({ id, serial, served }) => ['Key', id, keyDetail(state, id, serial, served)]),
      ...(state.suspension ? [['Suspension', state.suspension.user, 'access is switched off']] : []),
      ['Lease', state.lease?.holder ?? '', state.lease ? `${state.lease.request.kind} is at work` : 'free'],
      ...state.history
        .slice(-3)
        .map(({ kind, sentAt = '', outcome }) => [
          'Request',
          `${kind} of ${sentAt}`,
          outcome ? `carried out: ${nameOf(outcome.id)}` : 'not carried out',
        ]),
    ],
  );
  const { claims } = show;
  claims.check('Nobody holds the lease of the ledger', state.lease === undefined, state.lease?.request.kind);
  const strangers = Object.entries(state.owners).filter(
    ([, { id, since }]) => id !== physicalId || since !== 'owned',
  );
  const count = Object.keys(state.owners).length;
  const found = strangers.map(([name]) => name).join(', ') || 'no name';
  claims.check(
    `The ledger gives all ${count} names to the generation that CloudFormation knows, ${nameOf(physicalId)}`,
    strangers.length === 0 && count > 0,
    found,
  );
  const listed = entities.filter(({ kind }) => kind === 'Access key').map(({ name }) => name);
  const made = state.keys.made.map(({ id }) => id);
  claims.check(
    'The ledger knows every access key that IAM lists, and no other',
    made.toSorted().join() === listed.toSorted().join(),
    made.join(', ') || 'no key',
  );
  const secret = await readSecret(
    show.clients,
    show.cloudFormation.stack(stackName).outputs.SecretName ?? '',
  );
  const credentials = [secret?.accessSecretKey, secret?.consolePassword].map(String);
  const isTold = credentials.some((credential) => text.includes(credential));
  claims.check('No secret access key and no password is in the ledger', !isTold, 'a credential');
}

const tagOf = (physicalId: string) => physicalId.slice(0, -17);
/** A generation by the last part of its physical id. */
const nameOf = (physicalId: string) => `…${physicalId.slice(-17)}`;

function keyDetail({ keys }: LedgerState, id: string, serial: number, served = false): string {
  const standing =
    keys.current && keys.made.find((key) => key.id === id)?.stored?.version === keys.current.version
      ? 'in force'
      : served
        ? 'was in force and works on'
        : 'not in force yet';
  return `serial ${serial}, ${standing}`;
}

interface Item {
  text: string;
  version: string;
  state: LedgerState;
}

async function readLedger(show: Show, physicalId: string): Promise<Item> {
  const { physicalId: TableName } = show.cloudFormation.resource(stackName, 'Ledger');
  const key = { bundle: { S: tagOf(physicalId) } };
  const { Item } = await show.clients.dynamodb.send(
    new GetItemCommand({ TableName, Key: key, ConsistentRead: true }),
  );
  const text = Item?.state?.S ?? '{}';
  return { text, version: Item?.version?.N ?? '0', state: JSON.parse(text) };
}
