import * as SM from '@aws-sdk/client-secrets-manager';
import { beforeEach, describe, expect, it } from 'vitest';
import { failure, localAws } from './clients.ts';

const { clients } = localAws();
const SecretId = 'rv-access/user';
let secrets: SM.SecretsManagerClient;
beforeEach(() => {
  secrets = clients().secrets;
});

const token = (name: string) => name.padEnd(32, '-');
const create = (rest: Partial<SM.CreateSecretCommandInput> = {}) =>
  secrets.send(new SM.CreateSecretCommand({ Name: SecretId, ...rest }));
const put = (SecretString: string, name: string, VersionStages?: string[]) =>
  secrets.send(
    new SM.PutSecretValueCommand({ SecretId, SecretString, ClientRequestToken: token(name), VersionStages }),
  );
const value = async (which: Partial<SM.GetSecretValueCommandInput> = {}) =>
  (await secrets.send(new SM.GetSecretValueCommand({ SecretId, ...which }))).SecretString;
const move = (VersionStage: string, from?: string, to?: string) =>
  secrets.send(
    new SM.UpdateSecretVersionStageCommand({
      SecretId,
      VersionStage,
      RemoveFromVersionId: from && token(from),
      MoveToVersionId: to && token(to),
    }),
  );
const stages = async () => {
  const { VersionIdsToStages } = await secrets.send(new SM.DescribeSecretCommand({ SecretId }));
  const entries = Object.entries(VersionIdsToStages ?? {});
  return Object.fromEntries(entries.map(([id, labels]) => [id.replace(/-+$/, ''), labels.toSorted()]));
};

describe('a version', () => {
  it('has the client request token as its id', async () => {
    const created = await create({ SecretString: 'one', ClientRequestToken: token('one') });
    expect(created).toMatchObject({ Name: SecretId, VersionId: token('one') });
    expect(await put('two', 'two')).toMatchObject({ VersionId: token('two'), VersionStages: ['AWSCURRENT'] });
  });

  it('is put once however often the same token comes with the same value', async () => {
    await create({ SecretString: 'one', ClientRequestToken: token('one') });
    await put('two', 'two');
    await put('three', 'three');
    await put('two', 'two');
    expect(await stages()).toEqual({ one: [], two: ['AWSPREVIOUS'], three: ['AWSCURRENT'] });
  });

  it('cannot change: the same token with another value fails', async () => {
    await create({ SecretString: 'one', ClientRequestToken: token('one') });
    expect(await failure(put('other', 'one'))).toMatchObject({
      name: 'ResourceExistsException',
      message: expect.stringContaining('already in use for a version'),
    });
    const update = { SecretId, SecretString: 'other', ClientRequestToken: token('one') };
    expect((await failure(secrets.send(new SM.UpdateSecretCommand(update)))).name).toBe(
      'ResourceExistsException',
    );
    await put('two', 'two', ['AWSPENDING']);
    expect((await failure(put('other', 'two', ['AWSPENDING']))).name).toBe('ResourceExistsException');
    expect(await value({ VersionStage: 'AWSPENDING' })).toBe('two');
    expect(await value()).toBe('one');
  });

  it('that has lost its labels can be read by its id and listed as deprecated', async () => {
    await create({ SecretString: 'one', ClientRequestToken: token('one') });
    await put('two', 'two');
    await put('three', 'three');
    expect(await value({ VersionId: token('one') })).toBe('one');
    const list = async (IncludeDeprecated?: boolean) => {
      const answer = await secrets.send(new SM.ListSecretVersionIdsCommand({ SecretId, IncludeDeprecated }));
      return answer.Versions?.map(({ VersionId }) => VersionId);
    };
    expect(await list()).toEqual([token('two'), token('three')]);
    expect(await list(true)).toEqual([token('one'), token('two'), token('three')]);
  });

  it('that does not exist, or does not carry the label asked for, is not found', async () => {
    await create({ SecretString: 'one', ClientRequestToken: token('one') });
    const missing = { name: 'ResourceNotFoundException' };
    expect(await failure(value({ VersionId: token('none') }))).toMatchObject(missing);
    expect(await failure(value({ VersionStage: 'AWSPENDING' }))).toMatchObject(missing);
  });
});

describe('creating a secret', () => {
  it('twice with the same token and value is creating it once', async () => {
    const first = await create({ SecretString: 'one', ClientRequestToken: token('one') });
    const second = await create({ SecretString: 'one', ClientRequestToken: token('one') });
    expect([second.ARN, second.VersionId]).toEqual([first.ARN, first.VersionId]);
  });

  it('of an existing name with another token or value fails', async () => {
    await create({ SecretString: 'one', ClientRequestToken: token('one') });
    const exists = { name: 'ResourceExistsException', status: 400 };
    expect(await failure(create({ SecretString: 'one', ClientRequestToken: token('two') }))).toMatchObject(
      exists,
    );
    expect(await failure(create({ SecretString: 'two', ClientRequestToken: token('one') }))).toMatchObject(
      exists,
    );
  });

  it('without a value makes no version, and the first that is put becomes current, too', async () => {
    await create();
    expect(await stages()).toEqual({});
    expect((await failure(value())).name).toBe('ResourceNotFoundException');
    await put('one', 'one', ['AWSPENDING']);
    expect(await stages()).toEqual({ one: ['AWSCURRENT', 'AWSPENDING'] });
  });

  it('keeps its tags, description and key', async () => {
    const Tags = [{ Key: 'UsedBy', Value: 'RedisLabs' }];
    const KmsKeyId = 'arn:aws:kms:us-east-1:123456789012:key/1';
    const { ARN } = await create({ SecretString: 'one', Tags, KmsKeyId, Description: 'of a bundle' });
    expect(ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:123456789012:secret:rv-access\/user-\w{6}$/);
    const more = [{ Key: 'more', Value: 'x' }];
    await secrets.send(new SM.TagResourceCommand({ SecretId, Tags: more }));
    const described = await secrets.send(new SM.DescribeSecretCommand({ SecretId: ARN }));
    expect(described).toMatchObject({ KmsKeyId, Description: 'of a bundle', Tags: [...Tags, ...more] });
    await secrets.send(new SM.UntagResourceCommand({ SecretId, TagKeys: ['UsedBy'] }));
    await secrets.send(new SM.UpdateSecretCommand({ SecretId, Description: 'of another' }));
    const changed = await secrets.send(new SM.DescribeSecretCommand({ SecretId }));
    expect(changed).toMatchObject({ KmsKeyId, Description: 'of another', Tags: more });
    expect(await value()).toBe('one');
  });
});

it('gives a secret the ARN of its Region and partition, where alone it is found', async () => {
  const china = clients('cn-north-1').secrets;
  const { ARN } = await china.send(new SM.CreateSecretCommand({ Name: SecretId, SecretString: 'one' }));
  expect(ARN).toMatch(/^arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:rv-access\/user-\w{6}$/);
  expect((await failure(value())).name).toBe('ResourceNotFoundException');
});

describe('labels', () => {
  beforeEach(async () => {
    await create({ SecretString: 'one', ClientRequestToken: token('one') });
    await put('two', 'two', ['AWSPENDING']);
  });

  it('AWSPENDING does not move AWSCURRENT', async () => {
    expect(await stages()).toEqual({ one: ['AWSCURRENT'], two: ['AWSPENDING'] });
    expect(await value()).toBe('one');
    expect(await value({ VersionStage: 'AWSPENDING' })).toBe('two');
  });

  it('AWSCURRENT takes AWSPREVIOUS along to the version that it leaves', async () => {
    await move('AWSCURRENT', 'one', 'two');
    expect(await stages()).toEqual({ one: ['AWSPREVIOUS'], two: ['AWSCURRENT', 'AWSPENDING'] });
    expect(await value()).toBe('two');
    await move('AWSCURRENT', 'two', 'one');
    expect(await stages()).toEqual({ one: ['AWSCURRENT'], two: ['AWSPENDING', 'AWSPREVIOUS'] });
    expect(await value()).toBe('one');
  });

  it('of any name can be added, moved and removed, and stay where they are when AWSCURRENT moves', async () => {
    await move('mine', undefined, 'one');
    await move('AWSCURRENT', 'one', 'two');
    await move('AWSPENDING', 'two');
    expect(await stages()).toEqual({ one: ['AWSPREVIOUS', 'mine'], two: ['AWSCURRENT'] });
    await put('three', 'three');
    await move('AWSPREVIOUS', 'two', 'one');
    await move('mine', 'one', 'three');
    expect(await stages()).toEqual({ one: ['AWSPREVIOUS'], two: [], three: ['AWSCURRENT', 'mine'] });
  });

  it('move only when the version that holds them is named', async () => {
    const invalid = { name: 'InvalidParameterException', status: 400 };
    expect(await failure(move('AWSCURRENT', undefined, 'two'))).toMatchObject(invalid);
    expect(await failure(move('AWSCURRENT', 'two', 'one'))).toMatchObject(invalid);
    expect(await failure(move('AWSCURRENT', 'one'))).toMatchObject(invalid);
    expect((await failure(move('AWSCURRENT', 'one', 'none'))).name).toBe('ResourceNotFoundException');
    expect(await stages()).toEqual({ one: ['AWSCURRENT'], two: ['AWSPENDING'] });
  });
});

describe('a random password', () => {
  const random = async (options: SM.GetRandomPasswordCommandInput) =>
    (await secrets.send(new SM.GetRandomPasswordCommand(options))).RandomPassword ?? '';

  it('has the length asked for, one character of each kind, and none that are excluded', async () => {
    const ExcludeCharacters = '"\\\',./:;<>?`~abc123';
    for (let count = 0; count < 20; count++) {
      const password = await random({ PasswordLength: 24, ExcludeCharacters, RequireEachIncludedType: true });
      expect(password).toHaveLength(24);
      expect([...password].filter((character) => ExcludeCharacters.includes(character))).toEqual([]);
      for (const kind of [/[a-z]/, /[A-Z]/, /[0-9]/, /[^\w]|_/]) {
        expect(password).toMatch(kind);
      }
    }
  });

  it('leaves out whole kinds', async () => {
    expect(await random({ ExcludePunctuation: true, ExcludeUppercase: true })).toMatch(/^[a-z0-9]{32}$/);
  });
});
