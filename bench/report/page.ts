import { coldStartRuns } from '../cold-start.ts';
import { prices } from '../cost.ts';
import { extrasLatencyMs } from '../extras.ts';
import { find } from '../goals.ts';
import { concurrency } from '../growth.ts';
import { operations } from '../lives.ts';
import { assumedActivationMs, assumedCallMs, recommendedSize } from '../memory-sizes.ts';
import { latencies, ledgerLatencyMs } from '../operations.ts';
import type { Results } from '../results.ts';
import {
  coldStartTable,
  costLine,
  costTable,
  edgesTable,
  extrasTable,
  firstCallRatio,
  goalsTable,
  growthTable,
  memoryTable,
  operationsTable,
  sizeStepsTable,
  weightTable,
  yearInWords,
} from './sections.ts';
import { forMarkdown, shown } from './tables.ts';

/** What the ledger costs a Create beside a provider that has none. */
function ledgerInWords({ operations }: Results): string {
  const own = find(operations, 'create', 'bundle');
  const peer = find(operations, 'create', 'crhelper provider');
  return `A Create waits ${own.depthWithLedger} times with the ledger and ${own.depth} times without, and the provider ${peer.depth} times.`;
}

/** The text of `docs/performance.md`. */
export function page(results: Results): string {
  const { machine, date } = results;
  const missed = results.goals.filter(({ met }) => !met);
  const runs = latencies.map((entry) => `${entry.runs} at ${entry.latencyMs} ms`).join(', ');
  return `# Performance

Written by \`npm run bench\`, last on ${date} on ${machine.cores} × ${machine.cpu}, ${machine.platform}, Node.js ${machine.node}. Do not edit;
the numbers are in \`bench/results.json\`. All of it runs on the AWS of this repository (\`local/aws\`), side by side on one
machine: ratios carry over to other machines, absolute times do not.

![Operations and cold starts beside a crhelper provider](performance.svg)

${forMarkdown(goalsTable(results))}

${missed.length === 0 ? 'All are met.' : `Not met: ${missed.map(({ what }) => what).join('; ')}.`}

## Operations

The time from the event to the end of the function, in milliseconds, when every AWS call takes 10, 50 or 150 ms longer
(medians; ${runs}); each life from Create to Delete in a fresh process that has its code loaded. New access keys work at
once here, so that only calls count.

- **Depth** is the longest chain of calls each of which started after the one before had ended: how often the operation
  waits for AWS. It is read at ${latencies.at(-1)?.latencyMs} ms, where calls that do not wait for one another surely overlap.
  Calls to the ledger are left aside there and counted in **With ledger**; **Ledger** is how often it is read and written.
  ${ledgerInWords(results)}
- **Bound** is the least depth that data, AWS and the promises of the bundle allow; see [below](#lower-bounds).
- **bundle** has all its calls made slower alike, those to DynamoDB too. AWS promises single-digit milliseconds for these, so that
  **bundle, ledger at ${ledgerLatencyMs} ms** says better what is to be expected: the same, with calls to DynamoDB made ${ledgerLatencyMs} ms slower only.
- **bundle without probes**: the same code, but STS is a stand-in that denies the three probes of a new key at once, which
  the bundle counts as known. The probes are not counted there, and cost nothing.
- **crhelper provider** is \`bench/peers/provider.py\`: Python, crhelper, boto3, one call after the other. It reads nothing before it writes,
  stores the key after it was made and not before it is used, and probes nothing. An update that changes nothing costs it no call because it
  believes the event; the bundle looks at what is there, and repairs it.
- **rename** gives every entity a new name, and includes the Delete of the old bundle.

${forMarkdown(operationsTable(results))}

## Cold start

From the start of the process, medians of ${coldStartRuns} starts in turns. An event is accepted when it was read and the handler got it. The
first call to AWS is the one to the ledger; until then it is
${firstCallRatio(results, 'peer')} of the provider's time, and ${firstCallRatio(results, 'unbundled')} of that of the unbundled sources. CPU time and memory are those until the first call. Lambda's own part (the machine, the runtime) comes on top and is the same for all. The inline
form and the unbundled sources load the SDK from \`node_modules\`, as they would from Lambda's runtime.

${forMarkdown(coldStartTable(results))}

## Weight

${forMarkdown(weightTable(results))}

What was tried to get there, measured once with a stand-in for the function that used all its commands; each step on top of those kept before:

${forMarkdown(sizeStepsTable())}

## Growth

A Create in each of up to ${shown(results.growth.at(-1)?.accounts)} accounts of one local AWS, ${concurrency} at a time, in processes that stay warm. Memory in use is
what the largest of them holds after a garbage collection:

${forMarkdown(growthTable(results))}

A Delete of a bundle on whose user somebody has hung inline policies, at ${extrasLatencyMs} ms a call. Each extra is one more call. They
are sent side by side over the SDK's 50 connections, so that depth grows by one for every 50 at best,
and by one for every further page of 100 that the list has.

${forMarkdown(extrasTable(results))}

## Memory size

The template has ${results.templateMemoryMb} MB; ${recommendedSize(results.memorySizes)} MB is the cheapest size in which the function uses no more than half of the
memory. Modelled, not measured on Lambda: CPU time as measured here, of which Lambda gives a share in proportion to
memory (1,769 MB are one vCPU); a cold Create; assumed are ${assumedCallMs} ms per AWS call and ${assumedActivationMs / 1000} s until AWS knows the new key,
which is what most of the GB-seconds are spent on.

${forMarkdown(memoryTable(results))}

## Cost

${costLine(results)}

${forMarkdown(costTable(results))}

List prices of us-east-1 as published in ${prices.date}, without free tier. Assumed of a year: ${yearInWords()}, every one a cold start of a function with
${results.templateMemoryMb} MB. IAM, STS and custom resources of CloudFormation cost nothing.

## Lower bounds

What each operation has to wait for at least, and why: \`data\` (the input comes from the other's answer), \`AWS\` (AWS
refuses it before) or \`rule\` (a promise of the bundle would break if the function died in between). The bound is the
longest way through; kept as code in \`bench/lower-bounds.ts\`. Of \`rename\`, the first request is shown; the second is \`delete\`.

${operations
  .map(
    (operation) =>
      `### ${operation[0]?.toUpperCase()}${operation.slice(1)}\n\n${forMarkdown(edgesTable(operation))}`,
  )
  .join('\n\n')}
`;
}
