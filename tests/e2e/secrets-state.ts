import {
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  ListSecretVersionIdsCommand,
  paginateListSecrets,
  ResourceNotFoundException,
  RestoreSecretCommand,
  type SecretListEntry,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';

/** What the secret of a bundle holds. */
export interface Content {
  name: string;
  provider: string;
  accessKeyId: string;
  accessSecretKey: string;
  consoleUsername?: string;
  consolePassword?: string;
  signInLoginUrl: string;
  iamRoleName?: string;
  accessKeySerial: number;
  passwordSerial: number;
  previousAccessKeyId?: string;
}

export interface SecretState {
  tags: Record<string, string>;
  kmsKeyId: string | undefined;
  /** Regions of its replicas. */
  replicas: string[];
  /** The resource policy. */
  policy: unknown;
  /** Whether its deletion is scheduled; its content cannot be read then. */
  scheduled: boolean;
  /** Whether AWSPENDING is on a version that never became current: something was begun and not ended. */
  unfinished: boolean;
  /** The value labelled AWSCURRENT; a text that is no JSON as it is. */
  current: unknown;
}

/** All secrets of a Region by name, those that are scheduled for deletion included. */
export async function readSecrets(client: SecretsManagerClient): Promise<Record<string, SecretState>> {
  const states: Record<string, SecretState> = {};
  for (const { Name = '' } of await listSecrets(client)) states[Name] = await readSecret(client, Name);
  return states;
}

async function readSecret(client: SecretsManagerClient, SecretId: string): Promise<SecretState> {
  const found = await client.send(new DescribeSecretCommand({ SecretId }));
  const scheduled = found.DeletedDate !== undefined;
  const policy = scheduled ? undefined : await client.send(new GetResourcePolicyCommand({ SecretId }));
  const tags = (found.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value] as const);
  return {
    tags: Object.fromEntries(tags),
    kmsKeyId: found.KmsKeyId,
    replicas: (found.ReplicationStatus ?? []).map(({ Region = '' }) => Region).sort(),
    policy: policy?.ResourcePolicy ? JSON.parse(policy.ResourcePolicy) : undefined,
    scheduled,
    unfinished: Object.values(found.VersionIdsToStages ?? {}).some(
      (labels) => labels.join() === 'AWSPENDING',
    ),
    current: scheduled ? undefined : await readStage(client, SecretId, 'AWSCURRENT'),
  };
}

async function readStage(
  client: SecretsManagerClient,
  SecretId: string,
  VersionStage: string,
): Promise<unknown> {
  const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId, VersionStage }));
  return parsed(SecretString) ?? SecretString;
}

/** The content of a bundle's secret under a label. */
export async function contentOf(
  client: SecretsManagerClient,
  name: string,
  stage = 'AWSCURRENT',
): Promise<Content> {
  return (await readStage(client, name, stage)) as Content;
}

/** Every secret access key and password in any version of any secret that can be read. */
export async function secretValues(client: SecretsManagerClient): Promise<string[]> {
  const values: string[] = [];
  for (const { Name, DeletedDate } of await listSecrets(client)) {
    if (DeletedDate) continue;
    const listed = await client.send(
      new ListSecretVersionIdsCommand({ SecretId: Name, IncludeDeprecated: true, MaxResults: 100 }),
    );
    for (const { VersionId } of listed.Versions ?? []) {
      const SecretString = await textOf(client, Name, VersionId);
      const { accessSecretKey, consolePassword } = (parsed(SecretString) ?? {}) as Partial<Content>;
      values.push(...[accessSecretKey, consolePassword].filter((value) => value !== undefined));
    }
  }
  return values;
}

/** The trial of `RotateSecret` leaves versions without a value; a deletion may be scheduled since the list was read. */
async function textOf(client: SecretsManagerClient, SecretId?: string, VersionId?: string): Promise<string> {
  try {
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId, VersionId }));
    return SecretString;
  } catch (error) {
    if (error instanceof ResourceNotFoundException || error instanceof InvalidRequestException) return '';
    throw error;
  }
}

/** Makes all secrets readable that are scheduled for deletion. */
export async function restoreSecrets(client: SecretsManagerClient): Promise<void> {
  for (const { Name, DeletedDate } of await listSecrets(client)) {
    if (DeletedDate) await client.send(new RestoreSecretCommand({ SecretId: Name }));
  }
}

async function listSecrets(client: SecretsManagerClient): Promise<SecretListEntry[]> {
  const secrets: SecretListEntry[] = [];
  for await (const page of paginateListSecrets({ client }, { IncludePlannedDeletion: true })) {
    secrets.push(...(page.SecretList ?? []));
  }
  return secrets;
}

function parsed(text: string): object | undefined {
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}
