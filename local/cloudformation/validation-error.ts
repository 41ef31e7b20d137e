/** What the CloudFormation API refuses before a stack operation begins; the message is the one that AWS gives. */
export class ValidationError extends Error {
  override readonly name = 'ValidationError';
}
