import {
  DeleteConflictException,
  EntityAlreadyExistsException,
  EntityTemporarilyUnmodifiableException,
  IAMServiceException,
  InvalidInputException,
  LimitExceededException,
  MalformedPolicyDocumentException,
  NoSuchEntityException,
  PasswordPolicyViolationException,
  ServiceFailureException,
} from '@aws-sdk/client-iam';

const status = (httpStatusCode: number) => ({ httpStatusCode });

export const noSuchEntity = (message: string) =>
  new NoSuchEntityException({ message, $metadata: status(404) });

export const alreadyExists = (message: string) =>
  new EntityAlreadyExistsException({ message, $metadata: status(409) });

export const deleteConflict = (message: string) =>
  new DeleteConflictException({ message: `Cannot delete ${message}`, $metadata: status(409) });

export const limitExceeded = (quota: string, limit: number) =>
  new LimitExceededException({
    message: `Cannot exceed quota for ${quota}: ${limit}`,
    $metadata: status(409),
  });

export const invalidInput = (message: string) =>
  new InvalidInputException({ message, $metadata: status(400) });

export const malformedPolicy = (message: string) =>
  new MalformedPolicyDocumentException({ message, $metadata: status(400) });

export const passwordPolicyViolation = (message: string) =>
  new PasswordPolicyViolationException({ message, $metadata: status(400) });

export const temporarilyUnmodifiable = (message: string) =>
  new EntityTemporarilyUnmodifiableException({ message, $metadata: status(409) });

export const iamServiceFailure = () =>
  new ServiceFailureException({
    message: 'The request processing has failed because of an unknown error.',
    $metadata: status(500),
  });

/** An error for which the SDK's IAM client has no class of its own. */
export const iamError = (name: string, message: string, httpStatusCode: number) =>
  new IAMServiceException({
    name,
    message,
    $fault: httpStatusCode < 500 ? 'client' : 'server',
    $metadata: status(httpStatusCode),
  });
