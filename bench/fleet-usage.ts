/** Loaded before a program: writes down, as it ends, what it has used. */
import { writeFileSync } from 'node:fs';

process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  const { maxRSS } = process.resourceUsage();
  globalThis.gc?.();
  const usage = {
    cpuMs: (user + system) / 1000,
    heapMb: process.memoryUsage().heapUsed / 2 ** 20,
    peakMb: maxRSS / 1024,
  };
  writeFileSync(process.env.FLEET_USAGE ?? '', JSON.stringify(usage));
});
