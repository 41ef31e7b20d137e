/**
 * Loads all test files once, and carries out those tests that it is asked for, with one defect switched on. Runs as a test
 * of Vitest's, since the tests need Vitest's clock and spies.
 */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { test, vi } from '../../node_modules/vitest/dist/index.js';
import { type Asked, channel, type Failure, type Told } from './protocol.ts';
import { beginFile, type Collected, collected } from './tests.ts';
import { TESTS } from './which.ts';

/** What the switches of the defects go by, which Stryker has put into the sources. */
interface Switches {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number;
  hitLimit?: number | undefined;
  mutantCoverage?: unknown;
}
const globals = globalThis as { __stryker__?: Switches };
globals.__stryker__ ??= {};
const switches = globals.__stryker__;

/** For how long a defect is tried, in microseconds of the processor: the tests that come last are left out where many come to it. */
const MOST_WORK = 5_000_000;

/** A test that takes longer, in milliseconds, hangs. */
const TIMEOUT_MS = 20_000;
const { setTimeout: realTimeout, clearTimeout: realClear, setImmediate: realImmediate } = globalThis;

// Loaded before any test, so that what is done once, at the start, belongs to none.
await import('../../src/index.ts');
const root = process.cwd();
for (const path of globSync(TESTS.include, { cwd: root, exclude: TESTS.exclude }).sort()) {
  beginFile(path);
  await import(join(root, path));
}
const byId = new Map(collected.map((one) => [one.id, one]));

async function carryOut({ scopes, body }: Collected): Promise<unknown> {
  let failure: unknown;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((_, reject) => {
    timer = realTimeout(() => reject(new Error('It takes too long.')), TIMEOUT_MS);
  });
  try {
    const work = async () => {
      for (const { before } of scopes) for (const hook of before) await hook();
      await body();
    };
    await Promise.race([work(), late]);
  } catch (error) {
    failure = error ?? new Error('Something was thrown.');
  }
  realClear(timer);
  // Whatever a failed test has left under way comes to a wait, which the end of its clock makes an endless one.
  if (failure) for (let turn = 0; turn < 50; turn += 1) await new Promise((go) => realImmediate(go));
  for (const { after } of scopes.toReversed())
    for (const hook of after)
      try {
        await hook();
      } catch (error) {
        failure ??= error;
      }
  if (failure) {
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
    vi.useRealTimers();
  }
  return failure;
}

async function answer({ defect, tests, hitLimit, bail }: Asked): Promise<Told> {
  Object.assign(switches, { activeMutant: defect, hitCount: 0, hitLimit, currentTestId: undefined });
  const failures: Failure[] = [];
  const spent: Record<string, number> = {};
  const before = process.cpuUsage();
  for (const id of tests ?? byId.keys()) {
    const one = byId.get(id);
    if (!one) throw new Error(`There is no test "${id}".`);
    if (!defect) switches.currentTestId = id;
    const started = performance.now();
    const failure = await carryOut(one);
    spent[id] = performance.now() - started;
    switches.currentTestId = undefined;
    if (failure) failures.push({ id, message: failure instanceof Error ? failure.message : String(failure) });
    const { user, system } = process.cpuUsage(before);
    if (bail && (failure || user + system > MOST_WORK)) break;
  }
  switches.activeMutant = undefined;
  // A defect that has left something behind in this thread would have others noticed by no merit of the tests.
  const [last] = failures;
  const noticing = defect && last && byId.get(last.id);
  if (noticing && (await carryOut(noticing))) throw new Error(`"${last.id}" fails without a defect, too.`);
  return { failures, spent, hitCount: switches.hitCount ?? 0, coverage: switches.mutantCoverage };
}

test('carries out what it is asked for', { timeout: 2 ** 31 - 1 }, async () => {
  const ended = new Promise<void>((end) => {
    channel.onmessage = async ({ data }: { data: Asked | 'end' }) => {
      if (data === 'end') return end();
      try {
        channel.postMessage({ told: await answer(data) });
      } catch (error) {
        channel.postMessage({ error: String(error) });
      }
    };
  });
  channel.postMessage('ready');
  await ended;
  channel.close();
});
