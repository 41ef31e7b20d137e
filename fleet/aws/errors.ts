/** Whether AWS refused a call, as opposed to having failed at it. */
export function isDenied(error: unknown): boolean {
  return /AccessDenied|UnauthorizedOperation|NotAuthorized/.test(nameOf(error));
}

/** CloudFormation's way of saying that a stack is not there. */
export function isNoSuchStack(error: unknown): boolean {
  return nameOf(error) === 'ValidationError' && /does not exist/.test(messageOf(error));
}

export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');
/** On one line, as it goes into a cell. */
export const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message || error.name : String(error)).replace(/\s+/g, ' ').trim();
