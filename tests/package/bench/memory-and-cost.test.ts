import { describe, expect, it } from 'vitest';
import { costOfAYear, prices, yearOfABundle } from '../../../bench/cost.ts';
import { modelMemorySizes, recommendedSize, sizesMb } from '../../../bench/memory-sizes.ts';

const MB = 1024 * 1024;
const needs = { cpuMs: 200, depth: 9, peakBytes: 100 * MB };

describe('The model of memory sizes', () => {
  it('gives CPU in proportion to memory and never more than one vCPU counts', () => {
    const sizes = modelMemorySizes(needs);
    expect(sizes.map(({ mb }) => mb)).toEqual(sizesMb);
    expect(sizes.find(({ mb }) => mb === 256)).toEqual({
      mb: 256,
      cpuShare: 0.145,
      createMs: 1832,
      gbSeconds: 2.96,
      memoryUsed: 0.39,
    });
  });

  it('recommends the cheapest size of which no more than half is used', () => {
    expect(recommendedSize(modelMemorySizes(needs))).toBe(256);
    expect(recommendedSize(modelMemorySizes({ ...needs, peakBytes: 64 * MB }))).toBe(128);
    expect(recommendedSize(modelMemorySizes({ ...needs, peakBytes: 200 * MB }))).toBe(512);
    expect(() => recommendedSize(modelMemorySizes({ ...needs, peakBytes: 900 * MB }))).toThrow(
      'more than half of every memory size',
    );
  });
});

describe("The cost of a bundle's year", () => {
  const operations = yearOfABundle.map(({ operation }) => ({
    operation,
    cpuMs: 100,
    depthWithLedger: 10,
    calls: 30,
    ledgerReads: 1,
    ledgerWrites: 4,
    secretsManagerCalls: 5,
  }));

  it('is that of the secret, but for less than a cent', () => {
    const cost = costOfAYear({ operations, loadCpuMs: 50, memoryMb: 1769 });
    const requests = yearOfABundle.reduce((sum, { times }) => sum + times, 0);
    expect(cost.lambdaRequests).toBe(requests);
    expect(cost.secretsManagerCalls).toBe(requests * 5);
    expect(cost.secretUsd).toBe(4.8);
    expect(cost.totalUsd).toBeCloseTo(12 * prices.secretMonth, 1);
  });

  it('counts the wait for a new key, with the CPU time, at the memory of the function', () => {
    const cost = costOfAYear({ operations, loadCpuMs: 50, memoryMb: 1769 });
    // Of 13 requests at 0.65 s each, the five that make a key wait ten seconds more.
    expect(cost.gbSeconds).toBeCloseTo((13 * 0.65 + 5 * 10) * (1769 / 1024), 1);
  });

  it('cannot be told of an operation that was not measured', () => {
    expect(() => costOfAYear({ operations: [], loadCpuMs: 50, memoryMb: 256 })).toThrow(
      'create was not measured.',
    );
  });
});
