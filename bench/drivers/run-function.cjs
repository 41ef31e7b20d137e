/**
 * Runs a Lambda function for the benchmark: loads the file named on the command line, then takes events from stdin, one
 * JSON object a line, and tells on file descriptor 3 what happened and what the process has used so far.
 * Plain CommonJS, so that nothing but the function itself is loaded or translated.
 */
const { writeSync } = require('node:fs');
const { createInterface } = require('node:readline');

function tell(kind, more) {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const used = { cpuMs: (userCPUTime + systemCPUTime) / 1000, peakBytes: maxRSS * 1024 };
  writeSync(3, `${JSON.stringify({ kind, ...used, ...more })}\n`);
}

process.on('SIGUSR2', () => {
  tell('stopped');
  process.exit(0);
});

const { handler } = require(process.argv[2]);
tell('loaded');

const lines = createInterface({ input: process.stdin });
lines.on('line', async (line) => {
  const { event, environment, collect } = JSON.parse(line);
  if (collect) {
    globalThis.gc();
    tell('collected', { heapBytes: process.memoryUsage().heapUsed });
    return;
  }
  Object.assign(process.env, environment);
  tell('accepted');
  const deadline = Date.now() + 300_000;
  try {
    await handler(event, {
      awsRequestId: event.RequestId,
      functionName: 'bench',
      getRemainingTimeInMillis: () => deadline - Date.now(),
    });
    tell('done');
  } catch (error) {
    tell('done', { error: error.message });
  }
});
lines.on('close', () => process.exit(0));
