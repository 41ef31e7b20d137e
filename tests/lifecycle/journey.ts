import { expect, vi } from 'vitest';
import type { CustomResourceAnswer } from '../../local/cloudformation/protocol.ts';
import { ailments, type ByHand, entitiesOf } from '../faults/health.ts';
import { content, idPrefix, owned } from '../faults/ours.ts';
import type { Account, Result } from '../support/account.ts';
import {
  deleteEvent,
  LOGICAL_ID,
  type Properties,
  STACK_ID,
  updateEvent,
} from '../support/memory-aws/events.ts';
import { type Invocation, invoke } from '../support/memory-aws/invoke.ts';

/** A bundle as CloudFormation knows it. */
export type Known = { id: string; properties: Properties };

const NOBODY: ByHand = { keys: [], inactive: [] };

/** CloudFormation goes on a second after an answer. */
export const soon = (ms = 1000): void => {
  vi.setSystemTime(Date.now() + ms);
};
/** Longer than CloudFormation waits for an answer. */
export const givenUp = (): void => soon(360_000);

export const known = ({ id, properties }: Account): Known => ({ id, properties });

/** Shows why, when it is none. */
export function expectSuccess({ Status, Reason }: CustomResourceAnswer): void {
  expect(Status === 'SUCCESS' ? Status : `${Status}: ${Reason}`).toBe('SUCCESS');
}

/** Creates a bundle when nothing is late, so that what follows is what is tried. */
export async function settled(account: Account, properties: Properties = {}): Promise<Known> {
  const { answer } = await account.create({ DeletionProtection: 'Off', ...properties });
  expect(answer.Status).toBe('SUCCESS');
  soon(60_000);
  return known(account);
}

/** An Update that must succeed; what CloudFormation knows then. */
export async function updated(account: Account, changes: Properties): Promise<Known> {
  const { answer } = await account.update(changes);
  expectSuccess(answer);
  soon();
  return known(account);
}

/** The clean-up of what was replaced, or the Delete of a stack. */
export async function removed(account: Account, { id, properties }: Known): Promise<Result> {
  const result = await account.send(deleteEvent(id, properties));
  expectSuccess(result.answer);
  soon();
  return result;
}

/** The Update that takes one back, whether that one failed or succeeded; then, after a replacement, its clean-up. */
export async function takenBack(account: Account, before: Known, after: Known): Promise<void> {
  const { answer } = await account.send(updateEvent(after.id, before.properties, after.properties));
  expectSuccess(answer);
  expect(answer.PhysicalResourceId).toBe(before.id);
  Object.assign(account, before);
  soon();
  if (after.id !== before.id) await removed(account, after);
}

/** What is wrong with a bundle that is the only generation there is. */
export function wrongWith({ aws }: Account, { id, properties }: Known, byHand = NOBODY): string[] {
  const prefix = idPrefix(STACK_ID, LOGICAL_ID);
  const others = owned(aws, prefix).filter((entity) => !entitiesOf(properties).includes(entity));
  return [
    ...ailments(aws, properties, id, byHand),
    ...others.map((entity) => `the ${entity} is left of another generation`),
  ];
}

/** Expects that exactly this bundle is there, and all of it. */
export function expectIntact(account: Account, bundle: Known, byHand?: ByHand): void {
  expect(wrongWith(account, bundle, byHand)).toEqual([]);
}

/** The id of the key in service. */
export const keyInService = ({ aws }: Account, secret = 'rv-access/redislabs-user'): string | undefined =>
  content(aws.secrets[secret], 'AWSCURRENT')?.accessKeyId;

/** A point to come back to: the world and the clock. */
export function bookmark(account: Account): () => void {
  const saved = account.aws.save();
  const now = Date.now();
  const { id, properties } = account;
  account.aws.forgetCalls();
  return () => {
    vi.setSystemTime(now);
    account.aws.load(saved);
    account.aws.faults.length = 0;
    account.aws.forgetCalls();
    Object.assign(account, { id, properties });
  };
}

/** Sends an Update of which CloudFormation may get no answer. */
export const attempt = (account: Account, changes: Properties): Promise<Invocation> =>
  invoke(account.place, updateEvent(account.id, { ...account.properties, ...changes }, account.properties));

/** Changes of the bundle that were applied; what the ledger is told does not count. */
export const changesOf = ({ calls }: Invocation) =>
  calls.filter(({ mutating, service, applied }) => mutating && service !== 'dynamodb' && applied > 0);

/** The numbers of an operation's changing calls. */
export const writesOf = ({ calls }: Invocation): number[] =>
  calls.filter(({ mutating }) => mutating).map(({ number }) => number);
