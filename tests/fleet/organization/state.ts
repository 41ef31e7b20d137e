/** One account of the organisation, with the stack that the stack set has there. */
export interface Account {
  id: string;
  region: string;
  unit: string;
  stackId: string;
  /** Parameters whose value is the account's own. */
  overrides: Record<string, string>;
  /** What its stack has in force. */
  inForce: Record<string, string>;
  stackStatus: string;
  /** Status of the instance, and its detailed status. */
  status: 'CURRENT' | 'OUTDATED' | 'INOPERABLE';
  detailed: string;
  reason: string;
  outputs: Record<string, string>;
  lastUsed: string | undefined;
  metrics: Record<string, number>;
  /** Nobody may assume the role here. */
  denied: boolean;
  /** Why an update of the stack fails; empty if it does not. */
  failing: string;
}

export interface Operation {
  id: string;
  action: string;
  /** How often its end is not told yet. */
  looks: number;
  status: 'SUCCEEDED' | 'FAILED';
  results: { Account: string; Region: string; Status: string; StatusReason?: string }[];
}

export interface Organization {
  accounts: Map<string, Account>;
  management: string;
  stackSet: string;
  callAs: 'SELF' | 'DELEGATED_ADMIN';
  serviceManaged: boolean;
  templateBody: string;
  parameters: Record<string, string>;
  operations: Operation[];
  /** Every call: action, account of the caller, and what it asked. */
  calls: { action: string; account: string; input: unknown }[];
  /** The most requests that were under way at once. */
  mostAtOnce: number;
}

export const region = 'us-east-1';
export const idOf = (number: number): string => String(300_000_000_000 + number);

/** A bundle like any other. */
export function makeAccount(number: number, parameters: Record<string, string>): Account {
  const id = idOf(number);
  return {
    id,
    region,
    unit: number % 2 ? 'ou-ab12-11111111' : 'ou-ab12-22222222',
    stackId: `arn:aws:cloudformation:${region}:${id}:stack/StackSet-rv-${number}/0aa0`,
    overrides: {},
    inForce: { ...parameters },
    stackStatus: 'CREATE_COMPLETE',
    status: 'CURRENT',
    detailed: 'SUCCEEDED',
    reason: '',
    outputs: {
      Version: '1.0.0',
      PolicyEdition: '2026-02',
      AccessKeyId: `AKIA${id}0000`,
      AccessKeyCreated: new Date(Date.now() - (number % 80) * 86_400_000 - 60_000).toISOString(),
      CloudAccountId: String(4000 + number),
      Warnings: '',
      SecretArn: `arn:aws:secretsmanager:${region}:${id}:secret:rv-access/redislabs-user-AbCdEf`,
    },
    lastUsed: number % 3 ? '2026-11-20T10:00:00Z' : undefined,
    metrics: { Drift: 0, RegistrationActive: 1 },
    denied: false,
    failing: '',
  };
}

/** An organisation whose stack set has a bundle in each account. */
export function makeOrganization(count: number, templateBody: string): Organization {
  const parameters = { AccessKeySerial: '1', Access: 'Active', Tags: 'Team=data,Cost=42', UserName: 'redis' };
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  return {
    accounts: new Map(numbers.map((number) => [idOf(number), makeAccount(number, parameters)])),
    management: '111111111111',
    stackSet: 'rv-access-bundle',
    callAs: 'SELF',
    serviceManaged: true,
    templateBody,
    parameters,
    operations: [],
    calls: [],
    mostAtOnce: 0,
  };
}
