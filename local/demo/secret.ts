import {
  GetSecretValueCommand,
  paginateListSecrets,
  ResourceNotFoundException,
} from '@aws-sdk/client-secrets-manager';
import type { Clients } from './clients.ts';

/** The fields of the secret that hold credentials. */
const credentialFields = ['accessSecretKey', 'consolePassword'];

export interface SecretValue {
  accessKeyId: string;
  accessSecretKey: string;
  [field: string]: unknown;
}

/** The secret's value at a stage, or `undefined` if no version has it. */
export async function readSecret(
  { secrets }: Clients,
  SecretId: string,
  VersionStage: 'AWSCURRENT' | 'AWSPREVIOUS' = 'AWSCURRENT',
): Promise<SecretValue | undefined> {
  try {
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId, VersionStage }));
    return JSON.parse(SecretString ?? '{}');
  } catch (error) {
    if (error instanceof ResourceNotFoundException) {
      return undefined;
    }
    throw error;
  }
}

/** Fields and values for people to look at: credentials are masked. */
export function maskedRows(value: SecretValue): string[][] {
  return Object.entries(value).map(([field, content]) => [
    field,
    credentialFields.includes(field) ? '********' : String(content),
  ]);
}

export interface SecretEntry {
  name: string;
  /** When the secret was scheduled for deletion; absent while it can be read. */
  deleted?: Date;
}

/** All secrets of the account and Region, also those that are scheduled for deletion. */
export async function listSecrets({ secrets }: Clients): Promise<SecretEntry[]> {
  const found: SecretEntry[] = [];
  for await (const page of paginateListSecrets({ client: secrets }, { IncludePlannedDeletion: true })) {
    for (const { Name = '', DeletedDate } of page.SecretList ?? []) {
      found.push(DeletedDate ? { name: Name, deleted: DeletedDate } : { name: Name });
    }
  }
  return found;
}
