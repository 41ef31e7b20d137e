/**
 * The failures that a user can bring about or mend. Their messages are written for CloudFormation's events tab: what
 * happened, why, what to do. Anything else that is thrown is an error of AWS (wrapped in `StepError`) or a defect.
 */

/** The properties break a rule; nothing was read or written. */
export class InvalidPropertiesError extends Error {
  override name = 'InvalidPropertiesError' as const;

  /** @param problems one sentence each, naming property, value and rule */
  constructor(problems: string[]) {
    super(`${problems.join(' ')} Nothing was changed.`);
  }
}

/** Something is in the way that this bundle must not touch; nothing was changed by this operation. */
export class BlockedError extends Error {
  override name = 'BlockedError' as const;

  /** @param obstacles one or two sentences each: what is in the way and what to do about it */
  constructor(obstacles: string[]) {
    super(obstacles.join(' '));
  }
}

/** An error as the SDK throws it. */
export type AwsError = Error & { $metadata?: { requestId?: string; httpStatusCode?: number } };

/** What was read is not so any more, since another run is at work on the same bundle: look again. */
export class OvertakenError extends Error {
  override name = 'OvertakenError' as const;
  readonly starts: number;

  /**
   * @param otherwise what is wrong if it stays like this
   * @param starts how often to start before it is believed to stay
   */
  constructor(otherwise: string, starts = 4) {
    super(otherwise);
    this.starts = starts;
  }
}

/** A call to AWS failed for good. */
export class StepError extends Error {
  override name = 'StepError' as const;
  readonly action: string;
  override readonly cause: AwsError;

  /**
   * @param action the API action, such as `CreateUser`
   * @param entity the name of what it was for, or an empty string
   * @param advice what the user can do, or an empty string
   * @param cause the SDK's error
   */
  constructor(action: string, entity: string, advice: string, cause: AwsError) {
    const subject = entity ? ` for "${entity}"` : '';
    const request = cause.$metadata?.requestId ? ` (request id ${cause.$metadata.requestId})` : '';
    super(`${action}${subject} failed: ${cause.name}: ${cause.message}${request}${advice && ` ${advice}`}`);
    this.action = action;
    this.cause = cause;
  }
}

/** The function's time was nearly over; what is unfinished is finished or removed by the next request. */
export class DeadlineError extends Error {
  override name = 'DeadlineError' as const;

  constructor() {
    super(
      'The operation did not finish in the time of the function and was stopped in good order. ' +
        'Look for slow or failing calls in the log of the function, then try again: it goes on where it stopped.',
    );
  }
}

/** A Delete has overtaken this request: its secret is gone or scheduled for deletion. */
export class SupersededError extends Error {
  override name = 'SupersededError' as const;

  constructor(secretName: string) {
    super(
      `The bundle was deleted while this request was under way: its secret "${secretName}" is gone or scheduled for ` +
        'deletion. The request was stopped. If you did not delete the stack, restore the secret and try again.',
    );
  }
}

/** A Delete went as far as it could. Every credential that could be killed is dead. */
export class LeftoversError extends Error {
  override name = 'LeftoversError' as const;

  /** @param leftovers what is left and why, one clause each */
  constructor(leftovers: string[]) {
    super(
      `Not everything could be removed. Left: ${leftovers.join('; ')}. Everything else is deleted. ` +
        'Remove the cause, then delete the stack again.',
    );
  }
}
