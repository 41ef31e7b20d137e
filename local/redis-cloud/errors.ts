import type { CloudError } from './types.ts';

/** Redis's error types, with the words that were seen or are likely. */
const ERRORS: Record<string, [status: string, description: string]> = {
  CLOUD_ACCOUNT_INVALID_CREDS: ['400 BAD_REQUEST', 'Invalid credentials provided'],
  CLOUD_ACCOUNT_PERMISSION_FAILED: ['400 BAD_REQUEST', 'Cloud account permissions check failed'],
  CLOUD_ACCOUNT_NAME_EXISTS: ['409 CONFLICT', 'Cloud account name already exists'],
  CLOUD_ACCOUNT_ACCESS_KEY_EXISTS: ['409 CONFLICT', 'Cloud account access key already exists'],
  CLOUD_ACCOUNT_NOT_FOUND: ['404 NOT_FOUND', 'Cloud account was not found'],
  CLOUD_ACCOUNT_USED: ['409 CONFLICT', 'Cloud account is used by a subscription'],
  CLOUD_ACCOUNT_NOT_ACTIVE: ['409 CONFLICT', 'Cloud account is not active'],
  CLOUD_ACCOUNT_ALLOCATION_FAILURE: ['500 INTERNAL_SERVER_ERROR', 'Cloud account allocation failed'],
  NOT_KNOWN_CLOUD_PROVIDER: ['400 BAD_REQUEST', 'Cloud provider is not known'],
  UNAUTHORIZED: ['401 UNAUTHORIZED', 'Not authorized'],
  BAD_REQUEST: ['400 BAD_REQUEST', 'Bad request'],
  GENERAL_ERROR: [
    '500 INTERNAL_SERVER_ERROR',
    'General error occurred. Please contact Redis support with your task ID',
  ],
};

export const ERROR_TYPES = Object.keys(ERRORS);

export function cloudError(type: string): CloudError {
  const [status, description] = ERRORS[type] ?? ['400 BAD_REQUEST', type];
  return { type, status, description };
}
