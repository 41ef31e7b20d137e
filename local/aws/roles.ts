/** A role that calls AWS on this machine, and what it may do. */
export interface CallingRole {
  arn: string;
  /** The documents of its identity-based policies. */
  policies: object[];
}

/**
 * Told of a role of a stack, which decides about the calls of its functions; absent: they may do everything.
 *
 * @returns the access key id that a function with that role calls with
 */
export type AddRole = ((role: CallingRole) => Promise<string>) | undefined;
