import { round } from './statistics.ts';

/** What Lambda gives a function of some memory, modelled from measured CPU time. */
export interface MemorySize {
  mb: number;
  /** Of a vCPU. */
  cpuShare: number;
  /** A cold Create until its answer, but for the wait until AWS knows the new key, in milliseconds. */
  createMs: number;
  /** Billed for that Create with the wait, in GB-seconds. */
  gbSeconds: number;
  /** Measured peak memory, as a part of this size. */
  memoryUsed: number;
}

/** What a Create in a fresh process was measured to need. */
export interface CreateNeeds {
  /** To load the code and to handle the event, in milliseconds of CPU time. */
  cpuMs: number;
  depth: number;
  peakBytes: number;
}

/** Lambda gives CPU in proportion to memory: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const MB_PER_VCPU = 1769;
/** What is assumed of AWS: a call takes this long, and a new key is known after this long, in milliseconds. */
export const assumedCallMs = 50;
export const assumedActivationMs = 10_000;
/** Lambda's runtime, TLS and what a bundle with many extras needs come on top of what is measured: so much may be used. */
const mostUsed = 0.5;

export const sizesMb = [128, 192, 256, 384, 512, 768, 1024];

/** A model, pessimistic in that no CPU time passes while a call is waited for, and that Lambda lends none for the start. */
export function modelMemorySizes({ cpuMs, depth, peakBytes }: CreateNeeds): MemorySize[] {
  return sizesMb.map((mb) => {
    const cpuShare = Math.min(1, mb / MB_PER_VCPU);
    const createMs = depth * assumedCallMs + cpuMs / cpuShare;
    return {
      mb,
      cpuShare: round(cpuShare, 3),
      createMs: round(createMs, 0),
      gbSeconds: round(((createMs + assumedActivationMs) / 1000) * (mb / 1024), 2),
      memoryUsed: round(peakBytes / (mb * 1024 * 1024), 2),
    };
  });
}

/** The cheapest size in which the function uses no more than half of the memory. */
export function recommendedSize(sizes: MemorySize[]): number {
  const roomy = sizes.filter(({ memoryUsed }) => memoryUsed <= mostUsed);
  const [cheapest] = roomy.sort((one, other) => one.gbSeconds - other.gbSeconds);
  if (!cheapest)
    throw new Error('The function needs more than half of every memory size that was looked at.');
  return cheapest.mb;
}
