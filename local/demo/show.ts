import type { LocalAws } from '../aws.ts';
import type { LocalCloudFormation } from '../cloudformation/local-cloudformation.ts';
import type { OperationResult } from '../cloudformation/operation-result.ts';
import { ValidationError } from '../cloudformation/validation-error.ts';
import type { RedisCloudStandIn } from '../redis-cloud/redis-cloud.ts';
import type { Claims } from './claims.ts';
import type { Clients } from './clients.ts';
import { eventHead } from './event-table.ts';
import { type Entity, inventory } from './inventory.ts';
import { maskedRows, type SecretValue } from './secret.ts';
import { table } from './table.ts';

/** The stack that is shown, and the custom resource in it. */
export const stackName = 'rv-access';
export const bundleId = 'Bundle';

/** What all steps work with. */
export interface Show {
  aws: LocalAws;
  cloudFormation: LocalCloudFormation;
  clients: Clients;
  /** Redis Cloud, as it would be for a real account. */
  redis: RedisCloudStandIn;
  claims: Claims;
  /** The parameters of the command line. */
  parameters: Record<string, string>;
  /** What was in IAM before the stack. */
  before: Entity[];
  /** Prints a line; of empty lines one in a row. */
  print(line?: string): void;
}

/** A step that went so wrong that no other can follow. */
export class StoryEnds extends Error {
  override readonly name = 'StoryEnds';
}

/** Runs a stack operation under the head of an event table, and claims that it ends with `status`. */
export async function operate(
  show: Show,
  status: string,
  run: (cloudFormation: LocalCloudFormation) => Promise<OperationResult>,
): Promise<OperationResult> {
  show.print(eventHead());
  try {
    const result = await run(show.cloudFormation);
    show.print();
    show.claims.check(`The stack ends in ${status}`, result.status === status, result.status);
    if (result.status !== status) {
      throw new StoryEnds(`The other steps need a stack in ${status}.`);
    }
    return result;
  } catch (error) {
    if (error instanceof ValidationError) {
      show.claims.check('CloudFormation accepts the parameters', false, error.message);
      throw new StoryEnds('CloudFormation refused the operation before it began.');
    }
    throw error;
  }
}

/** Prints a table under a title. */
export function showTable(show: Show, title: string, head: string[], rows: string[][]): void {
  show.print();
  show.print(`  ${title}`);
  show.print();
  show.print(table(head, rows));
  show.print();
}

/** Prints what is in the secret at a stage, credentials masked. */
export function showSecret(show: Show, title: string, value: SecretValue): void {
  showTable(show, `${title}, its credentials masked`, ['Field', 'Value'], maskedRows(value));
}

/** Prints which parameter an update changes. */
export function showChange(show: Show, name: string, from: string | undefined, to: string): void {
  show.print(`  Parameter ${name}: ${from} → ${to}`);
  show.print();
}

/** Prints what is in IAM now. */
export async function showInventory(show: Show): Promise<Entity[]> {
  const entities = await inventory(show.clients);
  const rows = entities.map(({ kind, name, detail }) => [kind, name, detail]);
  showTable(show, 'What exists in IAM now', ['Kind', 'Name', 'Detail'], rows);
  return entities;
}

/** Claims that everything in IAM that can carry tags carries those of the bundle. */
export function checkOwnership(show: Show, entities: Entity[]): void {
  const { id, resources } = show.cloudFormation.stack(stackName);
  // The tag names the resource; which generation has a name stands in the ledger.
  const bundle = resources.get(bundleId)?.physicalId.slice(0, -17);
  const taggable = entities.filter(({ kind }) => kind !== 'Access key' && kind !== 'Console password');
  const strangers = taggable.filter(
    ({ tags }) =>
      tags['rv-access:bundle'] !== bundle || tags['rv-access:stack'] !== id || tags.UsedBy !== 'RedisLabs',
  );
  const holds = strangers.length === 0 && taggable.length > 0;
  const found = strangers.map(({ kind, name }) => `${kind} ${name}`).join(', ') || 'nothing in IAM';
  show.claims.check(
    `All ${taggable.length} policies, roles, profiles and users carry this bundle's tags`,
    holds,
    found,
  );
}
