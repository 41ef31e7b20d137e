import {
  ConditionalCheckFailedException,
  DynamoDBServiceException,
  InternalServerError,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb';

const bad = { httpStatusCode: 400 };

export const conditionFailed = () =>
  new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: bad });

export const noSuchTable = () =>
  new ResourceNotFoundException({ message: 'Requested resource not found', $metadata: bad });

export const ledgerServiceFailure = () =>
  new InternalServerError({ message: 'Internal server error', $metadata: { httpStatusCode: 500 } });

/** An error for which the SDK's DynamoDB client has no class of its own. */
export const dynamodbError = (name: string, message: string) =>
  new DynamoDBServiceException({ name, message, $fault: 'client', $metadata: bad });

export const validation = (message: string) => dynamodbError('ValidationException', message);
