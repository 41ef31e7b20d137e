import { describe, expect, test } from 'vitest';
import { expectSuccess, known, settled, soon, takenBack, updated } from '../../lifecycle/journey.ts';
import { useAccount } from '../../support/account.ts';
import { updateEvent } from '../../support/memory-aws/events.ts';
import { invoke } from '../../support/memory-aws/invoke.ts';
import { unsupportedPrincipal } from '../../support/memory-aws/secrets-errors.ts';

const account = useAccount();
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234';
const READER = 'arn:aws:iam::210987654321:root';
const OTHER_READER = 'arn:aws:iam::310987654321:role/redis';
const NEXT_READER = 'arn:aws:iam::410987654321:role/redis';
const readers = () => JSON.parse(account.secret().resourcePolicy ?? '{"Statement":[]}').Statement;
const ours = (...AWS: string[]) => ({
  Sid: 'RvAccessBundleReaders',
  Effect: 'Allow',
  Principal: { AWS },
  Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
  Resource: '*',
});
const theirs = {
  Sid: 'Theirs',
  Effect: 'Deny',
  Principal: { AWS: READER },
  Action: 'secretsmanager:PutSecretValue',
  Resource: '*',
};

describe('readers', () => {
  test('may read and nothing else, follow the property, and go with it', async () => {
    await account.create({ KmsKeyArn: KEY, SecretReaderArns: READER });
    expect(readers()).toEqual([ours(READER)]);
    await account.update({ SecretReaderArns: `${READER},${OTHER_READER}` });
    expect(readers()).toEqual([ours(READER, OTHER_READER)]);
    expect((await account.update({})).writes).toEqual([]);
    await account.update({ SecretReaderArns: null });
    expect(account.secret().resourcePolicy).toBeUndefined();
    expect((await account.update({})).writes).toEqual([]);
  });

  test.each([
    ['in a list', [theirs]],
    ['alone', theirs],
  ])('do not touch the statements of others, %s', async (_how, Statement) => {
    await account.create({ KmsKeyArn: KEY });
    account.secret().resourcePolicy = JSON.stringify({ Version: '2012-10-17', Statement });
    await account.update({ SecretReaderArns: READER });
    expect(readers()).toEqual([theirs, ours(READER)]);
    await account.update({ SecretReaderArns: null });
    expect(readers()).toEqual([theirs]);
  });

  test('that somebody has added to our statement by hand are gone after an update', async () => {
    await account.create({ KmsKeyArn: KEY, SecretReaderArns: READER });
    account.secret().resourcePolicy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [ours(READER, OTHER_READER)],
    });
    await account.update({});
    expect(readers()).toEqual([ours(READER)]);
  });

  test('are the public never', async () => {
    const { calls } = await account.create({ KmsKeyArn: KEY, SecretReaderArns: READER });
    const put = calls.find(({ action }) => action === 'PutResourcePolicy');
    expect(put?.input).toMatchObject({ BlockPublicPolicy: true });
  });

  test('that AWS does not know fail before a key is made, with advice', async () => {
    account.aws.unknownAccounts.push('210987654321');
    const { answer, writes } = await account.create({ KmsKeyArn: KEY, SecretReaderArns: READER });
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain('names somebody who is not there: correct it.');
    expect(writes).not.toContain('CreateAccessKey');
  });

  test('that AWS does not know fail an update also when it is repeated after a crash', async () => {
    const before = await settled(account, { KmsKeyArn: KEY, SecretReaderArns: READER });
    account.aws.unknownAccounts.push(OTHER_READER);
    account.fail('PutResourcePolicy', 'crashBefore', 1);
    const properties = { ...before.properties, SecretReaderArns: `${READER},${OTHER_READER}` };
    const { event } = await invoke(account.place, updateEvent(before.id, properties, before.properties));
    soon(60_000);
    const { answer } = await account.send(event);
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain('names somebody who is not there: correct it.');
    expect(readers()).toEqual([ours(READER)]);
    await takenBack(account, before, { id: before.id, properties });
  });

  test('that were made a moment ago are unknown to Secrets Manager for a while', async () => {
    account.fail('PutResourcePolicy', unsupportedPrincipal(), 6);
    const { answer } = await account.create({ KmsKeyArn: KEY, SecretReaderArns: READER });
    expect(answer.Status).toBe('SUCCESS');
    expect(readers()).toEqual([ours(READER)]);
  });
});

describe('a reader that was deleted', () => {
  const gone = (arn: string) => {
    account.aws.unknownAccounts.push(arn);
    account.secret().resourcePolicy = account.secret().resourcePolicy?.replace(arn, 'AROAEXAMPLE') ?? '';
  };

  test('fails neither an update of something else nor its roll-back, and is told of', async () => {
    const before = await settled(account, { KmsKeyArn: KEY, SecretReaderArns: `${READER},${OTHER_READER}` });
    gone(OTHER_READER);
    const { answer, log, writes } = await account.update({ Tags: 'Team=Data' });
    expectSuccess(answer);
    expect(log).toContain(`AWS refuses to let ${OTHER_READER} read the secret`);
    expect(writes).not.toContain('DeleteResourcePolicy');
    expect(readers()).toEqual([ours(READER, 'AROAEXAMPLE')]);
    await takenBack(account, before, known(account));
  });

  test('nor the roll-back of an update to other readers, which are let in no more', async () => {
    const before = await settled(account, { KmsKeyArn: KEY, SecretReaderArns: `${READER},${OTHER_READER}` });
    gone(OTHER_READER);
    const change = { SecretReaderArns: `${READER},${NEXT_READER}`, AccessKeySerial: 2 };
    account.fail('CreateAccessKey', 'explicitDeny');
    expect((await account.update(change)).answer.Status).toBe('FAILED');
    expect(readers()).toEqual([ours(READER, NEXT_READER)]);
    await takenBack(account, before, { id: before.id, properties: { ...before.properties, ...change } });
    expect(readers()).toEqual([ours(READER)]);
  });

  test('and whom a statement of others names is told of, and fails no roll-back', async () => {
    const before = await settled(account, { KmsKeyArn: KEY, SecretReaderArns: READER });
    const dead = { ...theirs, Principal: { AWS: 'AROAEXAMPLE' } };
    const live = JSON.stringify({ Version: '2012-10-17', Statement: [dead, ours(READER)] });
    account.secret().resourcePolicy = live;
    const change = { SecretReaderArns: `${READER},${OTHER_READER}` };
    const { answer } = await account.update(change);
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain("or another statement in the secret's resource policy, names somebody");
    await takenBack(account, before, { id: before.id, properties: { ...before.properties, ...change } });
    expect(account.secret().resourcePolicy).toBe(live);
  });

  test('and whom a statement of others names is told of where readers are to go', async () => {
    await settled(account, { KmsKeyArn: KEY, SecretReaderArns: `${READER},${OTHER_READER}` });
    const dead = { ...theirs, Principal: { AWS: 'AROAEXAMPLE' } };
    const Statement = [dead, ours(READER, OTHER_READER)];
    account.secret().resourcePolicy = JSON.stringify({ Version: '2012-10-17', Statement });
    const { answer } = await account.update({ SecretReaderArns: null });
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain("or another statement in the secret's resource policy, names somebody");
    expect(readers()).toEqual(Statement);
  });

  test('is let in again by the next update once it is made again', async () => {
    await settled(account, { KmsKeyArn: KEY, SecretReaderArns: OTHER_READER });
    gone(OTHER_READER);
    account.aws.unknownAccounts.pop();
    await updated(account, { Tags: 'Team=Data' });
    expect(readers()).toEqual([ours(OTHER_READER)]);
  });
});
