/**
 * How Stryker has tests carried out: in a thread that loads them once. Stryker's own way loads everything anew for each
 * defect, which takes longer than most tests.
 */
import { createHash } from 'node:crypto';
import { basename, dirname } from 'node:path';
import type { MutantCoverage } from '@stryker-mutator/api/core';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  type DryRunResult,
  DryRunStatus,
  type MutantRunOptions,
  type MutantRunResult,
  MutantRunStatus,
  type TestRunner,
  TestStatus,
} from '@stryker-mutator/api/test-runner';
import { startVitest, type Vitest } from 'vitest/node';
import { type Asked, channel, type Told } from './protocol.ts';

class InOneThread implements TestRunner {
  capabilities() {
    return { reloadEnvironment: false };
  }

  async init(): Promise<void> {
    const ready = next();
    const config = 'scripts/mutation/vitest.config.ts';
    this.vitest = startVitest('test', [], { config, watch: false, reporters: [], onConsoleLog: () => false });
    await Promise.race([
      ready,
      this.vitest.then(() => Promise.reject(new Error('The tests cannot be loaded.'))),
    ]);
  }
  private vitest: Promise<Vitest> | undefined;

  async dryRun(): Promise<DryRunResult> {
    const { failures, spent, coverage } = await ask({ bail: false });
    return {
      status: DryRunStatus.Complete,
      mutantCoverage: coverage as MutantCoverage,
      tests: Object.entries(spent).map(([id, timeSpentMs]) => {
        const failure = failures.find((one) => one.id === id);
        const test = { id, name: id, timeSpentMs, fileName: id.split(' > ')[0] as string };
        return failure
          ? { ...test, status: TestStatus.Failed, failureMessage: failure.message }
          : { ...test, status: TestStatus.Success };
      }),
    };
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    const { activeMutant, testFilter, hitLimit, sandboxFileName } = options;
    // Stryker lets a defect be come to a hundred times as often as without it. What goes on and on notes every call, and the
    // memory is full before that.
    const limit = hitLimit && hitLimit / 10;
    const tests = testFilter?.toSorted(
      (a, b) => distance(a, sandboxFileName) - distance(b, sandboxFileName) || (mixed(a) < mixed(b) ? -1 : 1),
    );
    const { failures, spent, hitCount } = await ask({
      defect: activeMutant.id,
      bail: true,
      ...(tests && { tests }),
      ...(limit !== undefined && { hitLimit: limit }),
    });
    if (limit !== undefined && hitCount > limit)
      return { status: MutantRunStatus.Timeout, reason: 'It goes on and on.' };
    const nrOfTests = Object.keys(spent).length;
    const [failure] = failures;
    if (!failure) return { status: MutantRunStatus.Survived, nrOfTests };
    const { id, message: failureMessage } = failure;
    return { status: MutantRunStatus.Killed, killedBy: [id], failureMessage, nrOfTests };
  }

  async dispose(): Promise<void> {
    channel.postMessage('end');
    await (await this.vitest)?.close();
    channel.close();
  }
}

/** What is nearest to a file comes first: most defects are noticed by the tests of the file that they are in. */
function distance(test: string, source: string): number {
  const [path = ''] = test.split(' > ');
  const folder = basename(dirname(source));
  if (basename(path).startsWith(basename(source, '.ts'))) return 0;
  return basename(dirname(path)) === folder || basename(path).startsWith(folder) ? 1 : 2;
}

/** The others in an order that is always the same and mixes them, so that those which come first are of all kinds. */
const mixed = (test: string) => createHash('sha256').update(test).digest('hex');

const next = () =>
  new Promise<unknown>((resolve) => {
    channel.onmessage = (event) => resolve((event as { data: unknown }).data);
  });

async function ask(asked: Asked): Promise<Told> {
  const answer = next();
  channel.postMessage(asked);
  const { told, error } = (await answer) as { told?: Told; error?: string };
  if (!told) throw new Error(error);
  return told;
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'in-one-thread', InOneThread)];
