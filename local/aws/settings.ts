/** How the local AWS behaves; change it at any time with `settings()`. */
export interface AwsSettings {
  /** Seconds for which a new access key is still unknown to AWS (IAM is eventually consistent). Default 2. */
  keyActivationSeconds: number;
  /** Seconds after that for which it works in one call and not yet in the next. Default 0. */
  keySpreadSeconds: number;
  /** Milliseconds added to every AWS call. Default 0. */
  latencyMs: number;
  /** The same by service, such as `dynamodb`, where it is another time. */
  serviceLatencyMs: Record<string, number>;
  /** The most entries that a List call answers at once, so that paging can be tried with few. Default 100. */
  pageSize: number;
  /**
   * Every read of IAM and Secrets Manager (and of DynamoDB, without `ConsistentRead`) shows what was this many seconds ago
   * at most, each by a time drawn anew. Only what changes after this is set can read as it was before. Default 0.
   */
  staleSeconds: number;
  /** What the drawn times begin with. Default 0. */
  staleSeed: number;
  /** Seconds for which a replica of a secret is `InProgress`. Default 0. */
  replicationSeconds: number;
  /** Regions to which replication fails, with the message of each. */
  replicationFailures: Record<string, string>;
  /** Seconds for which a secret that was deleted without recovery keeps its name. Default 0. */
  forceDeletionSeconds: number;
  /** KMS keys, named as in calls, that cannot be used: out of the caller's reach, or disabled. */
  kmsKeys: Record<string, 'denied' | 'disabled'>;
  /** How often Secrets Manager tries a rotation in all. Default 3. */
  rotationAttempts: number;
  /** Seconds between these. Default 0.05. */
  rotationRetrySeconds: number;
  /** The organization's service control policies, for `SimulatePrincipalPolicy`; none (default): no organization. */
  serviceControlPolicies: object[];
}
