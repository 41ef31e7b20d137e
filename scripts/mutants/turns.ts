import type { Mutant } from './mutant.ts';

/** Requests of one bundle that are under way at the same time. */
export const turns: Mutant[] = [
  {
    breaks: 'a run does not tell that it is at work',
    file: 'turn.ts',
    text: 'await tagSecret(aws, name, Object.fromEntries([own]));',
    replacement: 'void tagSecret;',
  },
  {
    breaks: 'a run that takes over from one secret to another does not tell so on the old one',
    file: 'converge.ts',
    text: 'const ours = [secret, inherited].filter(',
    replacement: 'const ours = [secret].filter(',
  },
  {
    breaks: 'no turn is taken',
    file: 'converge.ts',
    text: 'if (work && ours.length > 0 && !(await takeTurn',
    replacement: 'if (work && ours.length < 0 && !(await takeTurn',
  },
  {
    breaks: 'nobody looks who else is at work',
    file: 'turn.ts',
    text: 'const others = now.flatMap(othersIn);',
    replacement: 'const others = now.flatMap(othersIn).slice(0, 0);',
  },
  {
    breaks: 'an earlier run is not waited for',
    file: 'turn.ts',
    text: 'if (alive.length === 0) {',
    replacement: 'if (alive.length >= 0) {',
  },
  {
    breaks: 'a run goes on although a later one is at work',
    file: 'turn.ts',
    text: 'if (alive.some((other) => bySending(other, own) > 0)) throw new BlockedError([FOLLOWED]);',
    replacement: '',
  },
  {
    breaks: 'of two that were sent in the same second, each takes the other for the later one',
    file: 'turn.ts',
    text: 'Number(began) - Number(otherBegan)',
    replacement: 'Math.abs(Number(began) - Number(otherBegan))',
  },
  {
    breaks: 'what was read before the wait is believed after it',
    file: 'turn.ts',
    text: 'holds = false;\n',
    replacement: '',
  },
  {
    breaks: 'what was read while another run was at work is believed, if that one has ended since',
    file: 'turn.ts',
    text: 'let holds = !secrets.some(({ tags }) => othersIn(tags).some(isAlive));',
    replacement: 'let holds = true;',
  },
  {
    breaks: 'what was read is believed although another request has worked on the secret since',
    file: 'turn.ts',
    text: 'holds &&= secrets.every(({ tags }, index) => tags[REQUESTS_TAG] === now[index]?.[REQUESTS_TAG]);',
    replacement: 'void REQUESTS_TAG;',
  },
  {
    breaks: 'a request does not note that it has worked',
    file: 'converge.ts',
    text: '...(work && withRequest(secret?.tags ?? {}, key)),',
    replacement: '',
  },
  {
    breaks: 'a run that crashed is waited for for ever',
    file: 'turn.ts',
    text: 'Date.now() - Number(began) <= PATIENCE;',
    replacement: 'Number(began) > 0 || Date.now() <= PATIENCE;',
  },
  {
    breaks: 'a run that may have crashed is not waited for',
    file: 'turn.ts',
    text: 'const PATIENCE = LONGEST + 40_000;',
    replacement: 'const PATIENCE = 0 * LONGEST;',
  },
  {
    breaks: 'what a run that crashed had told stays for ever',
    file: 'turn.ts',
    text: 'for (const [tag] of others) if (!alive.some(([other]) => other === tag)) turn.tagKeys.add(tag);',
    replacement: '',
  },
  {
    breaks: 'a turn has no end',
    file: 'turn.ts',
    text: 'if (holds) aws.turnEndsAt = began + LONGEST;',
    replacement: 'if (holds) aws.turnEndsAt += began + LONGEST;',
  },
  {
    breaks: 'calls go on after the end of the turn',
    file: 'aws.ts',
    text: 'if (signal.aborted || Date.now() > aws.turnEndsAt) throw',
    replacement: 'if (signal.aborted) throw',
  },
  {
    breaks: 'the turn is not ended',
    file: 'request.ts',
    text: 'await endTurn(aws, progress.turn);',
    replacement: 'void endTurn;',
  },
  {
    breaks: 'a turn that took too long is not ended',
    file: 'turn.ts',
    text: 'aws.turnEndsAt = Number.POSITIVE_INFINITY;',
    replacement: '',
  },
  {
    breaks: 'an Update that renames the secret notes nothing on the old one, where its way back looks',
    file: 'converge.ts',
    text: 'if (work && inherited?.readable) await tagSecret(',
    replacement: 'if (!work && inherited?.readable) await tagSecret(',
  },
  {
    breaks: 'a way back that finds nothing to do notes nothing, so that its Update goes on',
    file: 'converge.ts',
    text: '(before?.differs && !isLatest(secret.tags, key));',
    replacement: 'false;',
  },
  {
    breaks: 'an Update that changes nothing of the bundle writes',
    file: 'request.ts',
    text: 'JSON.stringify({ ...bundle, adopt: wanted.adopt }) !== JSON.stringify(wanted)',
    replacement: 'JSON.stringify(bundle) !== JSON.stringify(wanted)',
  },
  {
    breaks: 'an Update goes on after the one that was sent after it',
    file: 'past.ts',
    text: 'if (isUpdate && isFollowed) throw new BlockedError([FOLLOWED]);',
    replacement: '',
  },
  {
    breaks: 'an Update is taken for an old copy because clocks differ by seconds',
    file: 'requests.ts',
    text: 'const CLOCK_SKEW = 10;',
    replacement: 'const CLOCK_SKEW = 0;',
  },
  {
    breaks: 'a password that was stored later, in the other secret, is not set again',
    file: 'entities/credentials-plan.ts',
    text: 'const inDoubt = [abandoned, ...later].some(',
    replacement: 'void later;\n  const inDoubt = [abandoned].some(',
  },
];
