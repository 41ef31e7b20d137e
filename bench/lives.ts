import { randomUUID } from 'node:crypto';
import type { CustomResourceEvent } from '../local/cloudformation/protocol.ts';
import type { ResponseServer } from '../local/cloudformation/response-server.ts';

/** The operations that are measured, in the order of a bundle's life. */
export const operations = ['create', 'no-op update', 'tags update', 'rotation', 'rename', 'delete'] as const;
export type OperationName = (typeof operations)[number];

type Properties = Record<string, string>;

/** What the template passes on when it is deployed with its defaults. */
const defaults: Properties = {
  InstanceRoleName: 'redislabs-cluster-node-role',
  InstancePolicyName: 'RedisLabsInstanceRolePolicy',
  UserName: 'redislabs-user',
  UserPolicyName: 'RedislabsIAMUserRestrictedPolicy',
  ConsoleAccess: 'UserAndRole',
  ConsoleRoleName: 'redislabs-role',
  RedisAccountId: '168085023892',
  SecretName: '',
  KmsKeyArn: '',
  SecretReaderArns: '',
  ReplicaRegions: '',
  SecretRecoveryDays: '30',
  PermissionsBoundaryArn: '',
  Tags: 'Team=Data,Stage=Test',
  AccessKeySerial: '1',
  PasswordSerial: '1',
  ExistingEntities: 'Fail',
  DeletionProtection: 'WhenInUse',
};

/** A request to a function, without what is different each time that it is sent. */
export type Request = Omit<
  CustomResourceEvent,
  'ResponseURL' | 'RequestId' | 'ServiceToken' | 'ResourceType'
>;

/** Sends a request to a function, and gives back what the function answered. */
export type Send = (request: Request) => Promise<{ physicalResourceId: string }>;

/** One step of a life: the requests that CloudFormation sends for it, one after the other. */
export interface Step {
  operation: OperationName;
  play(send: Send): Promise<void>;
}

/**
 * A bundle's life in an account, from its Create to its Delete. Renamed is everything, since a provider that does not
 * hand entities over cannot rename less; CloudFormation then has the old bundle deleted.
 */
export function lifeIn(accountId: string): Step[] {
  const StackId = `arn:aws:cloudformation:us-east-1:${accountId}:stack/redis/${randomUUID()}`;
  const common = { StackId, LogicalResourceId: 'Bundle' };
  let properties = defaults;
  let id = '';
  const remove = (send: Send, PhysicalResourceId: string, ResourceProperties: Properties) =>
    send({ ...common, RequestType: 'Delete', PhysicalResourceId, ResourceProperties });
  const update = (operation: OperationName, changes: (now: Properties) => Properties): Step => ({
    operation,
    async play(send) {
      const before = { id, properties };
      properties = { ...properties, ...changes(properties) };
      const answer = await send({
        ...common,
        RequestType: 'Update',
        PhysicalResourceId: id,
        ResourceProperties: properties,
        OldResourceProperties: before.properties,
      });
      id = answer.physicalResourceId;
      if (id !== before.id) await remove(send, before.id, before.properties);
    },
  });
  return [
    {
      operation: 'create',
      async play(send) {
        const answer = await send({ ...common, RequestType: 'Create', ResourceProperties: properties });
        id = answer.physicalResourceId;
      },
    },
    update('no-op update', () => ({ SecretRecoveryDays: '7' })),
    update('tags update', () => ({ Tags: 'Team=Platform,Owner=Ada' })),
    update('rotation', () => ({ AccessKeySerial: '2' })),
    update('rename', (now) =>
      Object.fromEntries(
        Object.entries(now)
          .filter(([name]) => name.endsWith('Name') && name !== 'SecretName')
          .map(([name, value]) => [name, `new-${value}`]),
      ),
    ),
    { operation: 'delete', play: async (send) => void (await remove(send, id, properties)) },
  ];
}

/**
 * Makes an event of a request and runs it; resolves when the function has ended.
 *
 * @throws Error if the answer is not SUCCESS
 */
export async function deliver(
  responses: Pick<ResponseServer, 'open'>,
  request: Request,
  run: (event: CustomResourceEvent) => Promise<unknown>,
): Promise<{ physicalResourceId: string }> {
  const RequestId = randomUUID();
  const slot = responses.open(`${request.StackId}|${request.LogicalResourceId}|${RequestId}`);
  const ServiceToken = `${request.StackId.replace(/cloudformation(.*):stack.*/, 'lambda$1')}:function:bench`;
  const ResourceProperties = { ServiceToken, ServiceTimeout: '360', ...request.ResourceProperties };
  await run({
    ...request,
    ResourceProperties,
    ResponseURL: slot.url,
    RequestId,
    ServiceToken,
    ResourceType: 'AWS::CloudFormation::CustomResource',
  });
  const answer = JSON.parse(await slot.body);
  if (answer.Status !== 'SUCCESS') {
    throw new Error(`${request.RequestType} was answered ${answer.Status}: ${answer.Reason}`);
  }
  return { physicalResourceId: answer.PhysicalResourceId };
}
