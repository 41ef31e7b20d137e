/**
 * The failures that a user can bring about or mend. Their messages are written for CloudFormation's events tab: what
 * happened, why, what to do. Anything else that is thrown is a defect.
 */

/** An error as the SDK throws it. */
export type AwsError = Error & {
  /** Of the network: `ECONNRESET` and the like. */
  code?: string;
  $metadata?: { requestId?: string; httpStatusCode?: number; attempts?: number };
};

/** The properties break a rule; nothing was read or written. */
export class InvalidPropertiesError extends Error {
  override name = 'InvalidPropertiesError' as const;

  /** @param problems one sentence each, naming property, value and rule */
  constructor(problems: string[]) {
    super(`${problems.join(' ')} Nothing was changed.`);
  }
}

/** A precondition does not hold: what is in the way must be cleared by the user. */
export class PreconditionError extends Error {
  override name = 'PreconditionError' as const;

  /** @param conflicts one or two sentences each: what is in the way and what to do about it */
  constructor(conflicts: string[]) {
    super(conflicts.join(' '));
  }
}

/** A call to AWS failed for good. */
export class CallError extends Error {
  override name = 'CallError' as const;
  readonly action: string;
  override readonly cause: AwsError;
  /** What happened, as a sentence, without the advice. */
  readonly problem: string;
  /** The same was tried before, and nobody knows whether that was applied. */
  mayBeApplied = false;

  /**
   * @param action the API action, such as `CreateUser`
   * @param subject the name of what it was for, or an empty string
   * @param advice what the user can do, as whole sentences, or an empty string
   * @param cause the SDK's error
   */
  constructor(action: string, subject: string, advice: string, cause: AwsError) {
    const of = subject ? ` for "${subject}"` : '';
    const request = cause.$metadata?.requestId ? ` (request id ${cause.$metadata.requestId})` : '';
    const message = cause.message.trim().replace(/\.$/, '');
    const problem = `${action}${of} failed: ${cause.name}: ${message}${request}.`;
    super(`${problem}${advice && ` ${advice}`}`);
    this.action = action;
    this.problem = problem;
    this.cause = cause;
  }
}

/** The ledger could not be read or written, so nothing can be known for certain. */
export class LedgerError extends Error {
  override name = 'LedgerError' as const;
}

/** Another invocation is at work on the bundle, or has taken the lease of this one. */
export class LeaseError extends Error {
  override name = 'LeaseError' as const;
  /** It was held and is lost, so that beginning anew may help. */
  readonly isLost: boolean;

  constructor(problem: string, isLost: boolean) {
    super(problem);
    this.isLost = isLost;
  }
}

/** The function's time was nearly over; what is unfinished is finished or removed by the next request. */
export class DeadlineError extends Error {
  override name = 'DeadlineError' as const;

  /** @param waitedFor what took the time, as a whole sentence, if that is known */
  constructor(waitedFor = '') {
    super(
      `The operation did not finish in the time of the function and was stopped in good order.${waitedFor && ` ${waitedFor}`} ` +
        'Look for slow or failing calls in the log of the function, then try again: it goes on where it stopped.',
    );
  }
}

/** Whether a failure ends the whole request: its time is over or its lease lost, and nothing may be tried any more. */
export const endsAll = (error: unknown) => error instanceof DeadlineError || error instanceof LeaseError;

/** What was read is not so any more: a fresh look may clear it. */
export class ConflictError extends Error {
  override name = 'ConflictError' as const;

  /** @param advice if no fresh look has cleared it */
  constructor(problem: string, advice = 'It keeps changing. Try again.') {
    super(`${problem} ${advice}`);
  }
}
