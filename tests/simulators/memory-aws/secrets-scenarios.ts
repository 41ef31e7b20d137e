import * as sm from '@aws-sdk/client-secrets-manager';
import { type Clients, outcome, type Scenario } from './scenario.ts';

const SecretId = 'some/secret';
const token = (letter: string) => letter.repeat(32);

const create = ({ secrets }: Clients, SecretString = 'one', letter = 'a') =>
  secrets.send(
    new sm.CreateSecretCommand({ Name: SecretId, SecretString, ClientRequestToken: token(letter) }),
  );
const put = ({ secrets }: Clients, SecretString: string, letter: string, VersionStages?: string[]) =>
  secrets.send(
    new sm.PutSecretValueCommand({
      SecretId,
      SecretString,
      ClientRequestToken: token(letter),
      ...(VersionStages ? { VersionStages } : {}),
    }),
  );
const move = ({ secrets }: Clients, VersionStage: string, from?: string, to?: string) =>
  secrets.send(
    new sm.UpdateSecretVersionStageCommand({
      SecretId,
      VersionStage,
      ...(from ? { RemoveFromVersionId: token(from) } : {}),
      ...(to ? { MoveToVersionId: token(to) } : {}),
    }),
  );
const value = async ({ secrets }: Clients, VersionStage: string) =>
  (await secrets.send(new sm.GetSecretValueCommand({ SecretId, VersionStage }))).SecretString;
const remove = ({ secrets }: Clients, input: Partial<sm.DeleteSecretCommandInput> = {}) =>
  secrets.send(new sm.DeleteSecretCommand({ SecretId, ...input }));

export const secretsScenarios: Scenario[] = [
  {
    behaviour: 'a secret is created once, and once more only with the same token and value',
    async *steps(clients) {
      yield outcome(create(clients));
      yield outcome(create(clients));
      yield outcome(create(clients, 'two'));
      yield outcome(create(clients, 'one', 'b'));
    },
    says: ['ok', 'ok', 'ResourceExistsException', 'ResourceExistsException'],
  },
  {
    behaviour: 'a token stands for one value for ever',
    async *steps(clients) {
      await create(clients);
      yield outcome(put(clients, 'two', 'b'));
      yield outcome(put(clients, 'two', 'b'));
      yield outcome(put(clients, 'three', 'b'));
      yield value(clients, 'AWSCURRENT');
    },
    says: ['ok', 'ok', 'ResourceExistsException', 'two'],
  },
  {
    behaviour: 'a new value is current, and the one before it previous',
    async *steps(clients) {
      await create(clients);
      yield outcome(value(clients, 'AWSPREVIOUS'));
      await put(clients, 'two', 'b');
      yield value(clients, 'AWSCURRENT');
      yield value(clients, 'AWSPREVIOUS');
      await put(clients, 'three', 'c');
      yield value(clients, 'AWSPREVIOUS');
    },
    says: ['ResourceNotFoundException', 'two', 'one', 'two'],
  },
  {
    behaviour: 'a pending value leaves the current one alone, until the label is moved',
    async *steps(clients) {
      await create(clients);
      await put(clients, 'two', 'b', ['AWSPENDING']);
      yield value(clients, 'AWSCURRENT');
      yield value(clients, 'AWSPENDING');
      yield outcome(move(clients, 'AWSCURRENT', undefined, 'b'));
      yield outcome(move(clients, 'AWSCURRENT', 'a', 'b'));
      yield value(clients, 'AWSCURRENT');
      yield value(clients, 'AWSPREVIOUS');
      yield outcome(move(clients, 'AWSCURRENT', 'a', 'b'));
      yield outcome(move(clients, 'AWSPENDING', 'b'));
      yield outcome(value(clients, 'AWSPENDING'));
    },
    says: [
      ...['one', 'two', 'InvalidParameterException', 'ok', 'two', 'one', 'InvalidParameterException', 'ok'],
      'ResourceNotFoundException',
    ],
  },
  {
    behaviour: 'a version without labels can still be read by its id',
    async *steps(clients) {
      const { secrets } = clients;
      await create(clients);
      await put(clients, 'two', 'b', ['AWSPENDING']);
      await put(clients, 'three', 'c', ['AWSPENDING']);
      const read = secrets.send(new sm.GetSecretValueCommand({ SecretId, VersionId: token('b') }));
      yield (await read).SecretString;
      const listed = await secrets.send(new sm.ListSecretVersionIdsCommand({ SecretId }));
      yield listed.Versions?.map(({ VersionId }) => VersionId?.[0]).sort();
      const all = await secrets.send(
        new sm.ListSecretVersionIdsCommand({ SecretId, IncludeDeprecated: true }),
      );
      yield all.Versions?.map(({ VersionId }) => VersionId?.[0]).sort();
    },
    says: ['two', ['a', 'c'], ['a', 'b', 'c']],
  },
  {
    behaviour:
      'a secret that waits for its deletion keeps its name and its values to itself until it is restored',
    async *steps(clients) {
      const { secrets } = clients;
      await create(clients);
      yield outcome(remove(clients, { RecoveryWindowInDays: 6 }));
      yield outcome(remove(clients, { RecoveryWindowInDays: 7 }));
      yield outcome(create(clients, 'two', 'b'));
      yield outcome(put(clients, 'two', 'b'));
      yield outcome(value(clients, 'AWSCURRENT'));
      const described = await secrets.send(new sm.DescribeSecretCommand({ SecretId }));
      yield described.DeletedDate instanceof Date;
      yield outcome(secrets.send(new sm.RestoreSecretCommand({ SecretId })));
      yield value(clients, 'AWSCURRENT');
    },
    says: [
      ...['InvalidParameterException', 'ok', 'InvalidRequestException', 'InvalidRequestException'],
      ...['InvalidRequestException', true, 'ok', 'one'],
    ],
  },
  {
    behaviour: 'a forced deletion frees the name at once, and what is not there is deleted without complaint',
    async *steps(clients) {
      await create(clients);
      yield outcome(remove(clients, { ForceDeleteWithoutRecovery: true }));
      yield outcome(remove(clients, { ForceDeleteWithoutRecovery: true }));
      yield outcome(remove(clients, { RecoveryWindowInDays: 7 }));
      yield outcome(create(clients, 'two', 'b'));
    },
    says: ['ok', 'ok', 'ResourceNotFoundException', 'ok'],
  },
  {
    behaviour: 'a secret with replicas is not deleted before they are removed',
    async *steps(clients) {
      const { secrets } = clients;
      await create(clients);
      const AddReplicaRegions = [{ Region: 'eu-west-1' }];
      const RemoveReplicaRegions = ['eu-west-1'];
      yield outcome(secrets.send(new sm.ReplicateSecretToRegionsCommand({ SecretId, AddReplicaRegions })));
      yield outcome(remove(clients));
      yield outcome(
        secrets.send(new sm.RemoveRegionsFromReplicationCommand({ SecretId, RemoveReplicaRegions })),
      );
      yield outcome(remove(clients));
    },
    says: ['ok', 'InvalidParameterException', 'ok', 'ok'],
  },
  {
    behaviour: 'a replica that is not there is not removed',
    async *steps(clients) {
      await create(clients);
      const RemoveReplicaRegions = ['eu-west-1'];
      const remove = new sm.RemoveRegionsFromReplicationCommand({ SecretId, RemoveReplicaRegions });
      yield outcome(clients.secrets.send(remove));
    },
    says: ['InvalidParameterException'],
  },
  {
    behaviour: 'rotation is not switched on without a function, and not off where it is not on',
    async *steps(clients) {
      const { secrets } = clients;
      await create(clients);
      yield outcome(secrets.send(new sm.RotateSecretCommand({ SecretId })));
      yield outcome(secrets.send(new sm.CancelRotateSecretCommand({ SecretId })));
    },
    says: ['InvalidRequestException', 'InvalidRequestException'],
  },
  {
    behaviour: 'tags, policy and KMS key are kept with the secret',
    async *steps(clients) {
      const { secrets } = clients;
      await create(clients);
      await secrets.send(new sm.TagResourceCommand({ SecretId, Tags: [{ Key: 'a', Value: '1' }] }));
      await secrets.send(new sm.TagResourceCommand({ SecretId, Tags: [{ Key: 'a', Value: '2' }] }));
      yield (await secrets.send(new sm.DescribeSecretCommand({ SecretId }))).Tags;
      yield outcome(secrets.send(new sm.UntagResourceCommand({ SecretId, TagKeys: ['a', 'not there'] })));
      yield (await secrets.send(new sm.GetResourcePolicyCommand({ SecretId }))).ResourcePolicy;
    },
    says: [[{ Key: 'a', Value: '2' }], 'ok', undefined],
  },
];
