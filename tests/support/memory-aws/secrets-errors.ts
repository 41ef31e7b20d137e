import {
  DecryptionFailure,
  InternalServiceError,
  InvalidParameterException,
  InvalidRequestException,
  MalformedPolicyDocumentException,
  PublicPolicyException,
  ResourceExistsException,
  ResourceNotFoundException,
  SecretsManagerServiceException,
} from '@aws-sdk/client-secrets-manager';

const bad = { httpStatusCode: 400 };

export const resourceNotFound = (what = 'the specified secret.') =>
  new ResourceNotFoundException({ message: `Secrets Manager can't find ${what}`, $metadata: bad });

export const resourceExists = (message: string) => new ResourceExistsException({ message, $metadata: bad });

export const invalidRequest = (message: string) => new InvalidRequestException({ message, $metadata: bad });

export const invalidParameter = (message: string) =>
  new InvalidParameterException({ message, $metadata: bad });

export const unsupportedPrincipal = () =>
  new MalformedPolicyDocumentException({
    message: 'This resource policy contains an unsupported principal.',
    $metadata: bad,
  });

export const policySyntaxError = () =>
  new MalformedPolicyDocumentException({
    message: 'This resource policy contains a syntax error.',
    $metadata: bad,
  });

export const publicPolicy = () =>
  new PublicPolicyException({
    message: 'This resource policy grants broad access to the secret.',
    $metadata: bad,
  });

export const decryptionFailure = () =>
  new DecryptionFailure({
    message: "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
    $metadata: bad,
  });

export const secretsServiceFailure = () =>
  new InternalServiceError({
    message: 'An error occurred on the server side.',
    $metadata: { httpStatusCode: 500 },
  });

/** An error for which the SDK's Secrets Manager client has no class of its own. */
export const secretsError = (name: string, message: string) =>
  new SecretsManagerServiceException({ name, message, $fault: 'client', $metadata: bad });
