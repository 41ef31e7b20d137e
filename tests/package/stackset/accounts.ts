import { GetAccountAuthorizationDetailsCommand, IAMClient } from '@aws-sdk/client-iam';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { LocalAws } from '../../../local/aws.ts';
import { type IamState, readIam } from '../../e2e/iam-state.ts';
import { readSecrets, type SecretState } from '../../e2e/secrets-state.ts';
import { sampleOf } from '../../support/sample.ts';

export const regions = ['us-east-1', 'eu-west-1'];

/** What an account is like before the stack set comes; the number is that of such accounts: a hundred in a larger sample. */
export const situations = {
  'is empty': sampleOf({ some: 4, more: 82 }),
  'has entities of other names': sampleOf({ some: 1, more: 5 }),
  'has a bundle of its own in the same Region': sampleOf({ some: 1, more: 3 }),
  'has a bundle of its own in another Region': sampleOf({ some: 1, more: 2 }),
  'has a user of that name': 3,
  'has a secret of that name': sampleOf({ some: 1, more: 2 }),
  'may not attach policies to users': sampleOf({ some: 1, more: 3 }),
};
export type Situation = keyof typeof situations;

/** The account ids of each situation, all different. */
export const accounts: Record<Situation, string[]> = numbered();
export const allAccounts = Object.values(accounts).flat();

function numbered(): Record<Situation, string[]> {
  let next = 300_000_000_001;
  const ids = Object.entries(situations).map(([situation, count]) => [
    situation,
    Array.from({ length: count }, () => String(next++)),
  ]);
  return Object.fromEntries(ids);
}

/** Clients of the administrator of an account. */
export function clientsIn(aws: LocalAws, account: string, region = 'us-east-1') {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = aws.env(region, account);
  const settings = { endpoint: aws.endpoint, region, credentials: { accessKeyId, secretAccessKey } };
  return { iam: new IAMClient(settings), secrets: new SecretsManagerClient(settings) };
}

export interface AccountState {
  iam: IamState;
  /** By Region, then by name. */
  secrets: Record<string, Record<string, SecretState>>;
}

/** All that an account has. */
export async function stateOf(aws: LocalAws, account: string): Promise<AccountState> {
  const iam = await readIam(clientsIn(aws, account).iam);
  const secrets = await Promise.all(
    regions.map(
      async (region) => [region, await readSecrets(clientsIn(aws, account, region).secrets)] as const,
    ),
  );
  return { iam, secrets: Object.fromEntries(secrets) };
}

export async function statesOf(aws: LocalAws, ids: string[]): Promise<Record<string, AccountState>> {
  const states: Record<string, AccountState> = {};
  for (const id of ids) states[id] = await stateOf(aws, id);
  return states;
}

interface Tagged {
  Tags?: { Key?: string | undefined; Value?: string | undefined }[] | undefined;
}

/** The users, roles and secrets of an account, each with the stack that its tag names: what two calls tell. */
export async function ownersIn(aws: LocalAws, account: string): Promise<Record<string, string | undefined>> {
  const { iam, secrets } = clientsIn(aws, account);
  const [details, { SecretList = [] }] = await Promise.all([
    iam.send(new GetAccountAuthorizationDetailsCommand({ Filter: ['User', 'Role'] })),
    secrets.send(new ListSecretsCommand({})),
  ]);
  const { UserDetailList = [], RoleDetailList = [] } = details;
  const entities: [string, Tagged][] = [
    ...UserDetailList.map((user): [string, Tagged] => [`user ${user.UserName}`, user]),
    ...RoleDetailList.map((role): [string, Tagged] => [`role ${role.RoleName}`, role]),
    ...SecretList.map((secret): [string, Tagged] => [`secret ${secret.Name}`, secret]),
  ];
  return Object.fromEntries(
    entities.map(([name, { Tags = [] }]) => [name, Tags.find(({ Key }) => Key === 'rv-access:stack')?.Value]),
  );
}
