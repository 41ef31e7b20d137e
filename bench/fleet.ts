/**
 * How long `fleet status` takes for each account, and how much memory it needs, with 10, 100 and 1,000 accounts: each in a
 * process of its own, against an organisation in another, whose answers take 2 ms. `node bench/fleet.ts [--write]`
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { withSection } from './fleet-page.ts';

export interface FleetFigures {
  accounts: number;
  /** Of the whole run, start of the process included, and the part that goes with the accounts. */
  seconds: number;
  msPerAccount: number;
  cpuMsPerAccount: number;
  /** What is in use at the end, after a garbage collection: what would grow if anything were kept. */
  heapMb: number;
  /** The most memory that the process had: mostly garbage that nobody had collected yet. */
  peakMb: number;
}

const root = join(import.meta.dirname, '..');
const page = join(root, 'docs/fleet.md');
const accountNumbers = [10, 100, 1000];

interface Organization {
  env: Record<string, string>;
  close: () => void;
}

/** An organisation of so many accounts in a process of its own, so that its work is not counted. */
function organization(accounts: number): Promise<Organization> {
  const child = spawn(process.execPath, [join(root, 'bench/fleet-organization.ts'), String(accounts)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.stdout.once('data', (line: Buffer) =>
      resolve({ env: JSON.parse(line.toString()), close: () => child.kill() }),
    );
  });
}

/** Runs `fleet status` once. */
async function measure(accounts: number): Promise<FleetFigures> {
  const { env, close } = await organization(accounts);
  const folder = mkdtempSync(join(tmpdir(), 'fleet-'));
  try {
    const fleet = ['status', '--stack-set', 'rv-access-bundle', '--role', 'Auditor', '--format', 'json'];
    const args = [
      '--expose-gc',
      '--import',
      join(root, 'bench/fleet-usage.ts'),
      join(root, 'fleet/main.ts'),
      ...fleet,
    ];
    const started = performance.now();
    const child = spawn(process.execPath, [...args, '--state', join(folder, 'state')], {
      env: { ...process.env, ...env, FLEET_USAGE: join(folder, 'usage') },
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    if (code !== 0) throw new Error(`fleet status ended with ${code}.`);
    const seconds = (performance.now() - started) / 1000;
    const usage = JSON.parse(readFileSync(join(folder, 'usage'), 'utf8')) as {
      cpuMs: number;
      heapMb: number;
      peakMb: number;
    };
    const { cpuMs: cpuMsPerAccount, heapMb, peakMb } = usage;
    return { accounts, seconds, msPerAccount: 0, cpuMsPerAccount, heapMb, peakMb };
  } finally {
    close();
    rmSync(folder, { recursive: true });
  }
}

/** The run in the middle of three, by their time. */
async function typical(accounts: number): Promise<FleetFigures> {
  const runs: FleetFigures[] = [];
  for (let run = 0; run < 3; run += 1) runs.push(await measure(accounts));
  const [, middle] = runs.toSorted((a, b) => a.seconds - b.seconds);
  if (!middle) throw new Error('There was no run.');
  return middle;
}

/** Figures for each number of accounts; what a run takes without any is not counted for its accounts. */
export async function measureFleet(numbers = accountNumbers): Promise<FleetFigures[]> {
  const empty = await typical(0);
  const figures: FleetFigures[] = [];
  for (const accounts of numbers) {
    const run = await typical(accounts);
    figures.push({
      ...run,
      msPerAccount: ((run.seconds - empty.seconds) * 1000) / accounts,
      cpuMsPerAccount: (run.cpuMsPerAccount - empty.cpuMsPerAccount) / accounts,
    });
  }
  return figures;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const figures = await measureFleet();
  console.table(figures);
  if (process.argv.includes('--write')) writeFileSync(page, withSection(readFileSync(page, 'utf8'), figures));
}
