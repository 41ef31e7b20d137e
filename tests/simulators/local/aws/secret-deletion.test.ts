import { setTimeout as sleep } from 'node:timers/promises';
import * as SM from '@aws-sdk/client-secrets-manager';
import { beforeEach, describe, expect, it } from 'vitest';
import { failure, localAws } from './clients.ts';

const { aws, clients } = localAws();
const SecretId = 'secret';
let secrets: SM.SecretsManagerClient;
beforeEach(async () => {
  secrets = clients().secrets;
  await create();
});

const create = () => secrets.send(new SM.CreateSecretCommand({ Name: SecretId, SecretString: 'value' }));
const remove = (rest: Partial<SM.DeleteSecretCommandInput> = {}) =>
  secrets.send(new SM.DeleteSecretCommand({ SecretId, ...rest }));
const describeSecret = (client = secrets) => client.send(new SM.DescribeSecretCommand({ SecretId }));
const policy = (Principal: unknown) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action: 'secretsmanager:GetSecretValue', Resource: '*' }],
  });

describe('a secret that is scheduled for deletion', () => {
  beforeEach(() => remove({ RecoveryWindowInDays: 7 }));

  it('refuses everything but description, restoration and deletion', async () => {
    const versionId = Object.keys((await describeSecret()).VersionIdsToStages ?? {})[0];
    const refused = [
      secrets.send(new SM.GetSecretValueCommand({ SecretId })),
      secrets.send(new SM.PutSecretValueCommand({ SecretId, SecretString: 'other' })),
      secrets.send(new SM.UpdateSecretCommand({ SecretId, Description: 'other' })),
      secrets.send(new SM.TagResourceCommand({ SecretId, Tags: [{ Key: 'a', Value: 'b' }] })),
      secrets.send(new SM.UntagResourceCommand({ SecretId, TagKeys: ['a'] })),
      secrets.send(
        new SM.UpdateSecretVersionStageCommand({ SecretId, VersionStage: 'a', MoveToVersionId: versionId }),
      ),
      secrets.send(new SM.GetResourcePolicyCommand({ SecretId })),
      secrets.send(new SM.PutResourcePolicyCommand({ SecretId, ResourcePolicy: policy('*') })),
      secrets.send(new SM.DeleteResourcePolicyCommand({ SecretId })),
      secrets.send(
        new SM.ReplicateSecretToRegionsCommand({ SecretId, AddReplicaRegions: [{ Region: 'eu-west-1' }] }),
      ),
      secrets.send(
        new SM.RemoveRegionsFromReplicationCommand({ SecretId, RemoveReplicaRegions: ['eu-west-1'] }),
      ),
    ];
    const message = "You can't perform this operation on the secret because it was marked for deletion.";
    const failures = await Promise.all(refused.map(failure));
    expect(failures).toEqual(refused.map(() => ({ name: 'InvalidRequestException', message, status: 400 })));
  });

  it('keeps its name', async () => {
    expect(await failure(create())).toEqual({
      name: 'InvalidRequestException',
      message:
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      status: 400,
    });
  });

  it('tells the date, which a second deletion does not move', async () => {
    const { DeletedDate } = await describeSecret();
    const days = ((DeletedDate?.getTime() ?? 0) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(7);
    expect(await remove({ RecoveryWindowInDays: 30 })).toMatchObject({ DeletionDate: DeletedDate });
    expect(await describeSecret()).toMatchObject({ DeletedDate });
  });

  it('is as before once it is restored', async () => {
    await secrets.send(new SM.RestoreSecretCommand({ SecretId }));
    expect((await describeSecret()).DeletedDate ?? null).toBeNull();
    const { SecretString } = await secrets.send(new SM.GetSecretValueCommand({ SecretId }));
    expect(SecretString).toBe('value');
  });

  it('can be deleted at once', async () => {
    await remove({ ForceDeleteWithoutRecovery: true });
    expect((await failure(describeSecret())).name).toBe('ResourceNotFoundException');
    await create();
  });
});

it('deletes at once without recovery, and does not mind if there is nothing to delete', async () => {
  await remove({ ForceDeleteWithoutRecovery: true });
  await remove({ ForceDeleteWithoutRecovery: true });
  expect((await failure(remove())).name).toBe('ResourceNotFoundException');
});

describe('replicas', () => {
  const replicate = (...regions: string[]) =>
    secrets.send(
      new SM.ReplicateSecretToRegionsCommand({
        SecretId,
        AddReplicaRegions: regions.map((Region) => ({ Region })),
      }),
    );

  it('can be read in their Region, and keep the secret from being deleted until they are removed', async () => {
    const { ARN, ReplicationStatus } = await replicate('eu-west-1');
    expect(ARN).toBe((await describeSecret()).ARN);
    expect(ReplicationStatus).toMatchObject([{ Region: 'eu-west-1', Status: 'InSync' }]);
    const there = clients('eu-west-1').secrets;
    expect(await describeSecret(there)).toMatchObject({ PrimaryRegion: 'us-east-1', Name: SecretId });
    const read = await there.send(new SM.GetSecretValueCommand({ SecretId }));
    expect(read.SecretString).toBe('value');
    expect(await failure(remove())).toMatchObject({
      name: 'InvalidParameterException',
      message: "You can't delete secret secret that still has replica regions [eu-west-1]",
    });
    await secrets.send(
      new SM.RemoveRegionsFromReplicationCommand({ SecretId, RemoveReplicaRegions: ['eu-west-1'] }),
    );
    expect((await failure(describeSecret(there))).name).toBe('ResourceNotFoundException');
    await remove();
  });

  it('exist once per Region, and only in Regions that exist', async () => {
    await replicate('eu-west-1');
    expect((await failure(replicate('eu-west-1'))).name).toBe('InvalidParameterException');
    expect((await failure(replicate('us-east-1'))).name).toBe('InvalidParameterException');
    expect((await failure(replicate('xx-nowhere-1'))).name).toBe('InvalidParameterException');
    expect((await describeSecret()).ReplicationStatus).toHaveLength(1);
  });
});

it('keeps the name of a secret for a while after its deletion without recovery, if it is told to', async () => {
  await aws().settings({ forceDeletionSeconds: 0.5 });
  await remove({ ForceDeleteWithoutRecovery: true });
  await remove({ ForceDeleteWithoutRecovery: true });
  expect((await describeSecret()).DeletedDate).toBeInstanceOf(Date);
  expect((await failure(create())).name).toBe('InvalidRequestException');
  expect((await failure(secrets.send(new SM.RestoreSecretCommand({ SecretId })))).name).toBe(
    'ResourceNotFoundException',
  );
  await sleep(600);
  expect((await failure(describeSecret())).name).toBe('ResourceNotFoundException');
  await create();
});

describe('a resource policy', () => {
  const put = (ResourcePolicy: string, BlockPublicPolicy = true) =>
    secrets.send(new SM.PutResourcePolicyCommand({ SecretId, ResourcePolicy, BlockPublicPolicy }));
  const read = async () => (await secrets.send(new SM.GetResourcePolicyCommand({ SecretId }))).ResourcePolicy;

  it('is kept until it is deleted', async () => {
    expect(await read()).toBeUndefined();
    const document = policy({ AWS: 'arn:aws:iam::111122223333:root' });
    await put(document);
    expect(await read()).toBe(document);
    await secrets.send(new SM.DeleteResourcePolicyCommand({ SecretId }));
    expect(await read()).toBeUndefined();
  });

  it('must be JSON, and not public if that is blocked', async () => {
    expect((await failure(put('no JSON'))).name).toBe('MalformedPolicyDocumentException');
    expect((await failure(put(policy('*')))).name).toBe('PublicPolicyException');
    expect(await read()).toBeUndefined();
    await put(policy('*'), false);
    expect(await read()).toBe(policy('*'));
  });
});
