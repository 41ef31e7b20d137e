/** One AWS call, in the order of arrival. Secret values are masked as `***`. */
export interface RecordedCall {
  /** Signing name: `iam`, `sts`, `secretsmanager`, … */
  service: string;
  action: string;
  /** The input in the SDK's shape (`{ UserName, Tags: [{ Key, Value }] }`); from IAM and STS all scalars are strings. */
  parameters: Record<string, unknown>;
  /**
   * What IAM would authorize the call on, with the tags it carried when the call arrived (none if it does not exist).
   * The six random characters at the end of the ARN of a secret that does not exist yet are `000000`.
   */
  resources: { arn: string; tags: Record<string, string> }[];
  /** ARN of the caller. */
  caller: string;
  account: string;
  region: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
  /** Milliseconds since the epoch; absent while the call is running. */
  endedAt?: number;
  /** HTTP status; 0 if the connection was closed without an answer (a fault); absent while the call is running. */
  status?: number;
  /** AWS error code, such as `NoSuchEntity`; absent on success. */
  errorCode?: string;
}

/**
 * A rule that makes matching calls go wrong.
 *
 * - `throttle`, `error500`, `accessDenied`, `error`: answered with that error, not applied
 * - `lostAnswer`: applied, then the connection is closed (or, with `answer: 'error500'`, answered with a 500)
 * - `hang`: not applied; after `milliseconds` the connection is closed
 * - `stale`: a read shows what was `seconds` ago; the rule has to be there before what it does not show is changed
 */
export interface Fault {
  fault: 'throttle' | 'error500' | 'lostAnswer' | 'accessDenied' | 'hang' | 'stale' | 'error';
  /** Any service if absent. */
  service?: string;
  /** Any action if absent. */
  action?: string;
  /** Only calls with these input values match, such as `{ UserName: 'redislabs-user' }`. */
  parameters?: Record<string, string>;
  /** The first matching call that is hit, counted from 1 when the rule is added. Default 1. */
  nth?: number;
  /** How many matching calls in a row are hit. Default 1. */
  times?: number | 'always';
  /** `lostAnswer`: what the caller sees. Default `closed`. */
  answer?: 'closed' | 'error500';
  /** `accessDenied`: who denies. `implicit` (default): no policy allows it; the others are explicit denies. */
  deny?: 'implicit' | 'serviceControlPolicy' | 'permissionsBoundary' | 'identityPolicy';
  /** `hang`: how long. Default an hour. */
  milliseconds?: number;
  /** `stale`: by how much the read is behind. */
  seconds?: number;
  /** `error`: AWS error code, such as `EntityTemporarilyUnmodifiable`. */
  code?: string;
  /** `error`: message; default the code. */
  message?: string;
  /** `error`: HTTP status. Default 400. */
  status?: number;
}

/** A rule and how often it was met. */
export interface FaultState extends Fault {
  /** Matching calls so far. */
  seen: number;
  /** Calls made to fail so far. */
  applied: number;
}

/** When an access key or a role was used last, as `GetAccessKeyLastUsed` and `GetRole` tell it. */
export interface LastUse {
  accessKeyId?: string;
  roleName?: string;
  /** Service namespace, such as `ec2`. Ignored for roles, for which AWS tells no service. */
  service?: string;
  region?: string;
  secondsAgo: number;
  /** The account of the key or role. Default: the default account. */
  accountId?: string;
  /** Any Region of the partition that the role is in. Default us-east-1. */
  partitionRegion?: string;
}
