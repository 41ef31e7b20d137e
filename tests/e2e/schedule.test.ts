import { expect, test } from 'vitest';
import { useAccount } from './account.ts';

const account = useAccount({ leaseSeconds: 3 });

test('Secrets Manager rotates the key of a stack, and the key before works on', async () => {
  const here = account.in('us-east-1');
  await here.create({ RotationDays: '30' });
  const before = await here.content();
  const rotation = await here.rotate();
  expect(rotation.status, JSON.stringify(rotation.steps)).toBe('succeeded');
  const after = await here.content();
  expect(after.accessKeyId).not.toBe(before.accessKeyId);
  expect(after).toMatchObject({ previousAccessKeyId: before.accessKeyId, accessKeySerial: 1 });
  const { UserArn } = here.stack().outputs;
  expect(await Promise.all([before, after].map(here.clients.callerOf))).toEqual([UserArn, UserArn]);
});

test('a version that was in force once and is so again does not stand in the way of a rotation', async () => {
  const here = account.in('us-east-1');
  await here.create({ RotationDays: '30' });
  await here.update({ ConsoleAccess: 'User' });
  await here.update({ ConsoleAccess: 'UserAndRole' });
  const before = await here.content();
  expect(Object.values((await here.state()).secrets)).toMatchObject([{ unfinished: false }]);
  const rotation = await here.rotate();
  expect(rotation.status, JSON.stringify(rotation.steps)).toBe('succeeded');
  const after = await here.content();
  expect(after.accessKeyId).not.toBe(before.accessKeyId);
  expect(after.iamRoleName).toBe('redislabs-role');
});
