import { afterEach, beforeEach, expect, test } from 'vitest';
import { tryTo } from '../../../src/aws/compensate.ts';
import { captureOutput, type Output } from '../../support/memory-aws/output.ts';

let output: Output;
beforeEach(() => {
  output = captureOutput();
});
afterEach(() => {
  output.restore();
});

test('what cleans up after a failure gives its result, or tells the log why there is none', async () => {
  expect(await tryTo(async () => 7)).toBe(7);
  expect(await tryTo(() => Promise.reject(new Error('It is stuck.')))).toBeUndefined();
  expect(output.lines.map(({ text }) => JSON.parse(text))).toEqual([
    { level: 'warning', compensation: 'It is stuck.' },
  ]);
});
