/** Where a bundle lives, read from the id of its CloudFormation stack. */
export interface Stack {
  /** The stack's id: an ARN. */
  id: string;
  partition: string;
  region: string;
  /** 12 digits. */
  accountId: string;
  name: string;
}

/**
 * Reads `arn:PARTITION:cloudformation:REGION:ACCOUNT:stack/NAME/GUID`.
 *
 * @throws TypeError if it is no stack id
 */
export function parseStackId(id: string): Stack {
  const parts =
    /^arn:(?<partition>[^:]+):cloudformation:(?<region>[^:]+):(?<accountId>[^:]+):stack\/(?<name>[^/:]+)/.exec(
      id,
    );
  if (!parts) throw new TypeError(`The event's StackId "${id}" is not the ARN of a CloudFormation stack.`);
  return { id, ...(parts.groups as Omit<Stack, 'id'>) };
}

/** The ARN of what IAM calls by a name in the stack's account: `policy`, `role`, `user`, `instance-profile`. */
export const iamArn = ({ partition, accountId }: Stack, type: string, name: string): string =>
  `arn:${partition}:iam::${accountId}:${type}/${name}`;

/** The domain of the AWS console and of its sign-in page. */
const CONSOLES: Record<string, string> = {
  'aws-us-gov': 'amazonaws-us-gov.com',
  'aws-cn': 'amazonaws.cn',
};
const consoleDomain = (partition: string) => CONSOLES[partition] ?? 'aws.amazon.com';

/** The page on which a user of the account signs in to the AWS console. */
export function signInUrl({ partition, accountId }: Stack): string {
  return `https://${accountId}.signin.${consoleDomain(partition)}/console`;
}

/**
 * The console's page of a secret. A name that would need a long encoding gets the list of secrets instead:
 * CloudFormation takes at most 4,096 bytes of answer.
 */
export function secretConsoleUrl({ partition, region }: Stack, secretName: string): string {
  const page = `https://${region}.console.${consoleDomain(partition)}/secretsmanager`;
  const name = encodeURIComponent(secretName);
  return name.length > 256
    ? `${page}/listsecrets?region=${region}`
    : `${page}/secret?name=${name}&region=${region}`;
}

/** The suffix of AWS's service names and hosts: `amazonaws.com`, in China `amazonaws.com.cn`. */
export function urlSuffix(partition: string): string {
  return partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
}
