/** `npm run bench`: measures the bundle, compares it, and writes results, page and chart. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { startLocalAws } from '../local/aws.ts';
import { startResponseServer } from '../local/cloudformation/response-server.ts';
import { root } from '../scripts/build/bundle.ts';
import { measureColdStarts } from './cold-start.ts';
import { costOfAYear } from './cost.ts';
import { measureExtras } from './extras.ts';
import { prepareForms } from './forms.ts';
import { find, judge } from './goals.ts';
import { measureGrowth } from './growth.ts';
import { modelMemorySizes } from './memory-sizes.ts';
import { measureOperations } from './operations.ts';
import { chart } from './report/chart.ts';
import { page } from './report/page.ts';
import {
  coldStartTable,
  costTable,
  extrasTable,
  goalsTable,
  growthTable,
  memoryTable,
  operationsTable,
  weightTable,
} from './report/sections.ts';
import { forTerminal } from './report/tables.ts';
import type { Measurements, Results } from './results.ts';
import { weigh } from './weight.ts';

/** What the template gives the function. */
function templateMemoryMb(): number {
  // The short forms of CloudFormation's functions are unknown to a YAML parser, and of no interest here.
  const template = parse(readFileSync(join(root, 'template.yaml'), 'utf8'), { logLevel: 'silent' });
  return template.Resources.BundleFunction.Properties.MemorySize;
}

async function measure(): Promise<Measurements> {
  const tell = (line: string) => console.error(`${line} …`);
  tell('Building every form of the function');
  const forms = await prepareForms();
  const aws = await startLocalAws({ keyActivationSeconds: 0 });
  const responses = await startResponseServer();
  try {
    tell('Cold starts');
    const coldStarts = await measureColdStarts(aws, forms);
    const { operations, loadCpuMs, peakBytes } = await measureOperations(aws, responses, forms, tell);
    tell('A user with more and more on it');
    const extras = await measureExtras(aws, responses, forms.bundle);
    tell('More and more accounts');
    const growth = await measureGrowth(aws, responses, forms.bundle);
    const create = find(operations, 'create', 'bundle');
    const memoryMb = templateMemoryMb();
    const own = operations.filter(({ subject }) => subject === 'bundle');
    return {
      date: new Date().toISOString().slice(0, 10),
      machine: {
        cpu: cpus()[0]?.model.trim() ?? 'unknown processor',
        cores: cpus().length,
        node: process.versions.node,
        platform: `${process.platform} ${process.arch}`,
      },
      operations,
      coldStarts,
      weight: await weigh(),
      growth,
      extras,
      templateMemoryMb: memoryMb,
      memorySizes: modelMemorySizes({
        cpuMs: loadCpuMs + create.cpuMs,
        depth: create.depthWithLedger,
        peakBytes,
      }),
      cost: costOfAYear({ operations: own, loadCpuMs, memoryMb }),
    };
  } finally {
    await responses.close();
    await aws.stop();
  }
}

const measurements = await measure();
const results: Results = { ...measurements, goals: judge(measurements) };
await writeFile(join(root, 'bench/results.json'), `${JSON.stringify(results, null, 2)}\n`);
await writeFile(join(root, 'docs/performance.md'), page(results));
await writeFile(join(root, 'docs/performance.svg'), chart(results));
for (const section of [
  operationsTable,
  coldStartTable,
  weightTable,
  growthTable,
  extrasTable,
  memoryTable,
  costTable,
  goalsTable,
])
  console.log(forTerminal(section(results)));
console.log('Written: bench/results.json, docs/performance.md, docs/performance.svg');
const missed = results.goals.filter(({ met }) => !met);
if (missed.length > 0) console.log(`Not met: ${missed.map(({ what }) => what).join('; ')}`);
