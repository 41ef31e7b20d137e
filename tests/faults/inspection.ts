import type { Call } from '../support/memory-aws/calls.ts';
import type { Properties } from '../support/memory-aws/events.ts';
import type { Invocation } from '../support/memory-aws/invoke.ts';
import { faultsOfAnswer } from './answers.ts';
import { ailments, entitiesOf, namesOf } from './health.ts';
import { leaks } from './leaks.ts';
import { namesOwnedBy } from './ledger.ts';
import { isOurs, owned } from './ours.ts';
import { PREFIX, type Request } from './stack.ts';
import { BYSTANDERS, bystandersIn, type Story } from './story.ts';
import { foreignTouches } from './touching.ts';

/** Calls without which a Delete cannot find or kill the credentials. */
const NEEDED_TO_KILL = [
  'GetItem',
  'PutItem',
  'GetUser',
  'ListAccessKeys',
  'GetLoginProfile',
  'UpdateAccessKey',
  'DeleteAccessKey',
  'DeleteLoginProfile',
];

/** Counts what was looked at, and keeps what was wrong. */
export type Findings = { checks: number; problems: string[] };

export const noFindings = (): Findings => ({ checks: 0, problems: [] });

export function note(findings: Findings, invariant: string, problems: string[]): void {
  findings.checks += 1;
  findings.problems.push(...problems.map((problem) => `${invariant}: ${problem}`));
}

/** What holds after every invocation, whatever went wrong in it. */
export function inspectInvocation(
  findings: Findings,
  story: Story,
  invocation: Invocation,
  bystanders: string,
): void {
  // Only CloudFormation is answered: a step of a rotation returns, or throws.
  if ('RequestType' in invocation.event)
    note(findings, 'one answer, in time and in form', faultsOfAnswer(invocation));
  note(findings, 'no secret gets out', leaks(story.place.aws, [invocation]));
  note(findings, 'only its own is touched', foreignTouches(invocation));
  note(
    findings,
    'bystanders are left alone',
    bystandersIn(story) === bystanders ? [] : ['a bystander was changed'],
  );
  note(findings, 'AWSCURRENT works at every moment', story.watch.breaches.splice(0));
  findings.checks += story.watch.checks;
  story.watch.checks = 0;
}

/** The access keys that people made and that are still there. */
export const keysOfPeople = ({ place: { aws }, byHand }: Story): string[] =>
  Object.values(aws.users)
    .flatMap(({ accessKeys }) => accessKeys.map(({ id }) => id))
    .filter((id) => byHand.made?.includes(id));

/** What holds after a Create or an Update, whatever its answer: no key that a person made is gone. */
export function inspectKeysOfPeople(findings: Findings, story: Story, before: string[]): void {
  const gone = before.filter((id) => !keysOfPeople(story).includes(id));
  note(
    findings,
    'the keys of people are left alone',
    gone.map((id) => `the key ${id} of a person is gone`),
  );
}

/** What holds when a Create or Update was answered with SUCCESS. */
export function inspectBundle(findings: Findings, story: Story, request: Request, id: string): void {
  const { properties = {} } = request;
  if (properties.Access === 'Suspended') {
    inspectSuspended(findings, story, properties);
    return;
  }
  const problems = ailments(story.place.aws, properties, id, story.byHand);
  problems.push(...(story.beside?.ailments(properties, id) ?? []));
  note(findings, 'SUCCESS means healthy', problems);
}

/** What holds when access is suspended: nobody gets in as the user, nor with the console role. */
function inspectSuspended(findings: Findings, { place: { aws } }: Story, properties: Properties): void {
  const names = namesOf(properties);
  const user = aws.users[names.user];
  const isDenied = (holder: { attached: string[] } | undefined) =>
    !holder || holder.attached.some((arn) => arn.endsWith(':policy/AWSDenyAll'));
  const problems = (user?.accessKeys ?? [])
    .filter(({ active }) => active)
    .map((key) => `the key ${key.id} still works`);
  if (user?.loginProfile) problems.push('the password still works');
  if (!isDenied(user)) problems.push('the user may still do something');
  if (/Role/.test(names.access) && !isDenied(aws.roles[names.consoleRole]))
    problems.push('the console role may still do something');
  note(findings, 'a suspended bundle lets nobody in', problems);
}

/** What holds when a Delete was answered with SUCCESS: no name is its id's; without id: nothing of the resource is left. */
export function inspectRemoval(findings: Findings, story: Story, id?: string): void {
  const { aws } = story.place;
  const left = id === undefined ? owned(aws, PREFIX) : namesOwnedBy(aws, id);
  note(
    findings,
    'Delete SUCCESS leaves nothing',
    left.map((entity) => `the ${entity} is left`),
  );
  if (id !== undefined) return;
  note(findings, 'Delete SUCCESS leaves nothing beside AWS', story.beside?.left() ?? []);
  const keys = Object.values(aws.users)
    .filter(({ name }) => !BYSTANDERS.includes(name))
    .flatMap(({ accessKeys }) => accessKeys)
    .filter((key) => !story.byHand.keys.includes(key.id));
  note(
    findings,
    'Delete SUCCESS leaves no credential',
    keys.map((key) => `the key ${key.id} is left on a stranger's user`),
  );
}

/** What holds when only one generation is left: what carries the tag is what the properties name, and nothing else. */
export function inspectNothingElse(findings: Findings, story: Story, properties: Properties): void {
  const names = entitiesOf(properties);
  const others = owned(story.place.aws, PREFIX).filter((entity) => !names.includes(entity));
  note(
    findings,
    'nothing is left of another generation',
    others.map((entity) => `the ${entity} is left`),
  );
}

/** What holds when a Delete was answered with FAILED: nobody can use what is left. */
export function inspectLeftovers(findings: Findings, story: Story, request: Request, failing: Call[]): void {
  if (failing.some(({ action }) => NEEDED_TO_KILL.includes(action)) || story.beside?.refuses()) return;
  const name = namesOf(request.event.ResourceProperties ?? {}).user;
  const user = story.place.aws.users[name];
  const id = request.event.PhysicalResourceId ?? '';
  const isIts = namesOwnedBy(story.place.aws, id).includes(`user ${name}`) && isOurs(user?.tags, PREFIX);
  const usable = isIts ? user : undefined;
  const problems = (usable?.accessKeys ?? [])
    .filter(({ active }) => active)
    .map((key) => `the key ${key.id} still works`);
  if (usable?.loginProfile) problems.push('the password still works');
  note(findings, 'a partial Delete leaves no usable credential', problems);
}
