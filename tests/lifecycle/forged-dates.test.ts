import { expect, test } from 'vitest';
import type { CustomResourceEvent } from '../../src/cloudformation/event.ts';
import { useAccount } from '../support/account.ts';
import { deleteEvent, updateEvent } from '../support/memory-aws/events.ts';
import { expectSuccess, settled, soon } from './journey.ts';

/** Whoever may invoke the function can say in an event when it was sent. */
const account = useAccount();

const sentAt = (event: CustomResourceEvent, date: string): CustomResourceEvent => ({
  ...event,
  ResponseURL: event.ResponseURL.replace(/X-Amz-Date=\w+/, `X-Amz-Date=${date}`),
});
/** The id of another bundle, in the right form: the Delete carries nothing out, and is recorded. */
const OTHER = 'rv-access/redis-access/Bundle/0123456789abcdef-0123456789abcdef';

test('an event from the year 9999 does not make the Delete of the stack a late one that leaves the keys alive', async () => {
  const { properties } = await settled(account);
  expectSuccess((await account.send(sentAt(deleteEvent(OTHER, properties), '99991231T235959Z'))).answer);
  soon(61_000);
  expectSuccess((await account.delete()).answer);
  expect(account.entities()).toEqual([]);
});

test('nor does it keep an Update from being carried out', async () => {
  const { id, properties } = await settled(account);
  const forged = sentAt(updateEvent(id, properties, properties), '99991231T235959Z');
  expectSuccess((await account.send(forged)).answer);
  soon(61_000);
  expectSuccess((await account.update({ Tags: 'Team=data' })).answer);
});
