/** What cannot be done as it was asked for; the message says what to do instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
