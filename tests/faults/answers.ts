import { type Invocation, TIMEOUT } from '../support/memory-aws/invoke.ts';

/** Nothing may be under way in the last seconds before the function's time-out. */
const DEADLINE = TIMEOUT - 10_000;
const MAX_BYTES = 4096;

/** What is wrong with the answer of one invocation, as CloudFormation and S3 would see it. */
export function faultsOfAnswer(invocation: Invocation): string[] {
  const { event, answers, puts, end, startedAt, endedAt, late } = invocation;
  const wrong: string[] = [];
  const check = (holds: boolean, problem: string) => {
    if (!holds) wrong.push(`${event.RequestType}: ${problem}`);
  };
  check(late.length === 0, `goes on after its answer with ${late.map(({ action }) => action).join(', ')}`);
  if (end === 'crashed') {
    check(answers.length === 0, 'answered, though it had crashed');
    return wrong;
  }
  check(end === 'returned', `threw ${(invocation.thrown as Error | undefined)?.name}`);
  check(answers.length === 1, `answered ${answers.length} times`);
  check(endedAt - startedAt <= DEADLINE, `took ${(endedAt - startedAt) / 1000} s`);
  for (const put of puts) {
    check(Buffer.byteLength(put.body) <= MAX_BYTES, `the answer has ${Buffer.byteLength(put.body)} bytes`);
    check(put.contentType === '', `the content type is ${put.contentType}`);
    check(put.url === event.ResponseURL, 'the answer went elsewhere');
  }
  for (const answer of answers) {
    check(/^\S.{0,1023}$/.test(answer.PhysicalResourceId ?? ''), 'the id is empty or too long');
    for (const field of ['StackId', 'RequestId', 'LogicalResourceId'] as const) {
      check(answer[field] === event[field], `${field} is not echoed`);
    }
    check(answer.NoEcho !== true, 'NoEcho masks what holds no secret');
    if (answer.Status === 'FAILED') {
      check(Boolean(answer.Reason), 'FAILED without a Reason');
      check(!answer.Data, 'FAILED with Data');
    }
    if (event.RequestType === 'Delete') check(!answer.Data, 'a Delete answers Data');
    const keepsId =
      event.RequestType === 'Delete' || (event.RequestType === 'Update' && answer.Status === 'FAILED');
    if (keepsId) check(answer.PhysicalResourceId === event.PhysicalResourceId, 'the id has changed');
  }
  return wrong;
}
