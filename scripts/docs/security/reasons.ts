/** What a statement of a policy is, in plain words: for the security review. Keys are statement ids. */
export interface Reason {
  means: string;
  why: string;
  /** What a reviewer will stumble over. */
  oddity?: string;
}

export const instancePolicy: Record<string, Reason> = {
  FindRegionVolumesAndSecurityGroups: {
    means: 'Lists Regions, zones, volumes, security groups and tags.',
    why: 'A node finds out where it runs and what belongs to its cluster.',
  },
  TagWhatTheNodeMakes: {
    means: 'Puts any tag on anything in EC2.',
    why: 'Volumes that a node makes carry the tag of Redis.',
    oddity:
      'No condition: a node can put the tag of Redis on what is not of Redis, and then use `ChangeWhatRedisTagged` on it.',
  },
  ChangeWhatRedisTagged: {
    means:
      'Attaches and creates volumes, opens and deletes security groups, removes tags, where the tag of Redis is.',
    why: 'Storage and cluster traffic of the nodes.',
    oddity:
      '`ec2:CreateVolume` asks for a tag of a volume that does not exist yet. Whether EC2 counts the tags that it is about to get is not documented, and was not tried.',
  },
};

export const userPolicy: Record<string, Reason> = {
  WatchMetrics: {
    means: 'Reads all metrics, alarms and dashboards of the account.',
    why: 'Watching the nodes.',
    oddity: 'Not limited to the metrics of Redis.',
  },
  DescribeEc2: {
    means: 'Lists instances, images, networks, volumes, snapshots, key pairs and transit gateways.',
    why: 'EC2 has no lists that could be limited to a tag.',
  },
  BuildNetworks: {
    means:
      'Creates networks, subnets, gateways, security groups and peerings; accepts and rejects peerings; replaces routes; takes ingress rules away; deletes transit gateways and their attachments.',
    why: 'Each cluster gets a VPC of its own and is connected with yours.',
    oddity:
      'No condition at all: `ec2:ReplaceRoute`, `ec2:RevokeSecurityGroupIngress`, `ec2:DetachInternetGateway`, `ec2:DeleteTransitGateway`, `ec2:DeleteTransitGatewayVpcAttachment` and `ec2:RejectVpcPeeringConnection` reach every network of the account, although most of these can be limited by tag.',
  },
  LaunchInstances: {
    means: 'Starts new instances, makes snapshots and key pairs, puts any tag on anything in EC2.',
    why: 'The nodes of the clusters, and their backups.',
    oddity:
      '`ec2:CreateTags` without condition opens the fence that `ChangeWhatRedisTagged` relies on. `ec2:CreateSnapshot` reaches every volume of the account, and an instance can be started from the snapshot.',
  },
  ChangeWhatRedisTagged: {
    means:
      'Starts, stops, changes and terminates instances; changes and deletes volumes, snapshots, networks, routes, security groups, key pairs; removes tags; where the tag of Redis is.',
    why: 'Running, repairing and removing the clusters.',
    oddity:
      'As in the instance policy, `ec2:CreateVolume` asks for a tag of a volume that does not exist yet. Volumes that come with a new instance are not affected. And the guard is a tag that the same user may put on anything.',
  },
  LaunchOnlyTagged: {
    means: 'Refuses to start instances and volumes that do not get the tag of Redis at birth.',
    why: 'What Redis starts can be told from what you start.',
    oddity:
      'The third resource says `keypair`, while EC2 says `key-pair`, so untagged key pairs are not refused. cfn-lint reports the like as I3510. VPCs, subnets and security groups are not covered.',
  },
  PassInstanceRole: {
    means: 'Hands the instance role to a service of AWS.',
    why: 'New nodes run with the instance role.',
    oddity: 'Not limited to EC2 (`iam:PassedToService`); but EC2 is the only service that the role trusts.',
  },
  ReadOwnAccess: {
    means:
      'Lists users, policies and instance profiles, reads roles and policies, and asks IAM what a principal may do.',
    why: 'Redis Cloud checks whether the access is complete; a boundary or a service control policy that denies something shows there.',
    oddity: 'The names of all users and policies of the account become visible.',
  },
  ManageOwnUser: {
    means: 'Reads itself and changes its own console password.',
    why: 'Operators who sign in as the user.',
    oddity:
      // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM's variable, not JavaScript's.
      '`${aws:username}` has no path, so the user must not have one either; the bundle makes it without. For the console role the statement means nothing. A password changed this way is no longer the one in the secret; raise `PasswordSerial` to set it again.',
  },
  CreateTransitGatewayServiceRole: {
    means: 'Lets AWS create its own role for transit gateways.',
    why: 'The first transit gateway of an account needs it.',
    oddity: '`StringLike` without a wildcard is the same as `StringEquals`.',
  },
  SetUpTransitGatewayServiceRole: {
    means: 'Attaches policies to, and writes policies into, that one role of AWS.',
    why: 'It stands in what Redis asks for.',
    oddity:
      'IAM lets nobody change a service-linked role, so it has no effect. Scanners report it as a way to more permissions all the same.',
  },
  EncryptVolumes: {
    means: 'Describes KMS keys and makes data keys that it cannot see.',
    why: 'Encrypted volumes.',
    oddity:
      'All keys of the account, as far as the policy of each key hands the decision to IAM. A key with a stricter policy must name this user.',
  },
  GrantVolumeKeysToAws: {
    means: 'Lets services of AWS, and nobody else, use a KMS key.',
    why: 'EC2 decrypts the volumes of its instances.',
  },
};

/** The statements of the function's role in `template.yaml`. */
export const functionRole: Record<string, Reason> = {
  WriteLogs: {
    means: "Writes to the function's log.",
    why: 'One line for each call; no inputs, answers or secrets.',
  },
  Read: {
    means:
      'Reads users, roles, policies and instance profiles, the password policy, and descriptions of secrets; has random passwords made.',
    why: 'The function looks before it acts, also at names of an earlier update. What is missing must not look like a denial, so it reads in the whole account. No value of a secret is read with this.',
  },
  Create: {
    means: "Creates and tags the bundle's resources, by their exact names, with this stack's tag.",
    why: 'Nothing can be created without the tag that all other statements rest on.',
  },
  Change: {
    means: "Changes and deletes what carries this stack's tag.",
    why: 'By tag and not by name, so that what had other names before an update can be cleaned up.',
    oddity:
      'The tag itself can be taken off, which lets go of an entity: a Create that adopted something and is rolled back leaves it as it was. Nothing can be let into the fence this way.',
  },
  ClaimNoFunctionRole: {
    means: 'Refuses to put any tag on the role of this function, or of another one of this template.',
    why: 'With the tag of this stack the function could change its own role. `FurtherBundlesPrefix` may begin the name of the stack, and so of that role.',
  },
  NeedBoundary: {
    means: 'With a boundary given: refuses to create users and roles without one.',
    why: 'The rule of organisations that demand a boundary.',
  },
  SetBoundary: {
    means: 'With a boundary given: sets that boundary on what carries this stack’s tag.',
    why: 'A boundary that is given later reaches what exists.',
  },
  AttachToInstanceRole: {
    means: 'Attaches the instance policy to the instance role.',
    why: 'No other policy can be attached, and to nothing else: not `AdministratorAccess`, not to the function’s own role.',
  },
  AttachToUserAndConsoleRole: {
    means: 'Attaches the user policy, or AWS’s own `AWSDenyAll`, to the user and the console role.',
    why: '`AWSDenyAll` is how `Access=Suspended` locks Redis out, sessions that run included.',
  },
  PassRole: {
    means: 'Puts the instance role into the instance profile.',
    why: 'IAM treats that as handing the role to EC2.',
  },
  TakeOut: {
    means:
      'Takes the user out of groups, the instance role out of instance profiles, and deletes virtual MFA devices.',
    why: 'When the bundle is deleted, what people hung on it goes too. IAM asks about the other end, which has no tag of this stack.',
    oddity:
      'IAM cannot limit this to the bundle’s user and role: the function’s code does. Nobody gets a permission by any of the three.',
  },
  TakeOverSecret: {
    means: 'Restores and tags a secret of the bundle’s name that a bundle left behind.',
    why: 'A stack can be deleted and made again within the days in which its secret can be restored.',
  },
  Encrypt: {
    means: 'Uses KMS keys, through Secrets Manager only and for secrets of this account only.',
    why: 'The secret’s key, the one before an update included. The key’s own policy decides as well.',
  },
  KeepLedger: {
    means: 'Reads and writes items of the stack’s own DynamoDB table.',
    why: 'What must be known for certain stands there: whose turn it is, which name and which key is whose. No secret does.',
  },
  Rotate: {
    means: 'May have functions of this template called.',
    why: 'Secrets Manager asks for it of whoever switches rotation on. The function itself calls none.',
    oddity: 'By a pattern, as the function’s name is not known before its role exists.',
  },
  ReadRedisCloudApiKey: {
    means: 'With a registration: reads the one secret that holds the Redis Cloud API key.',
    why: 'The stack registers itself at Redis Cloud.',
  },
  DecryptRedisCloudApiKey: {
    means: 'With a registration: decrypts that one secret, through Secrets Manager only.',
    why: 'The secret may be in another account, under that account’s key, whose policy decides as well.',
  },
};
