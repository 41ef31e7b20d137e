import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keepSecret, log, scrub } from '../../src/log.ts';
import { captureOutput, type Output } from '../support/memory-aws/output.ts';

let output: Output;
beforeEach(() => {
  output = captureOutput();
});
afterEach(() => {
  output.restore();
});

describe('a value that was given to be kept', () => {
  test('is taken out of every text, wherever it stands and however often', () => {
    keepSecret('hunter2-one');
    expect(scrub('a hunter2-one and hunter2-one')).toBe('a *** and ***');
  });

  test('is taken literally, though it looks like a pattern', () => {
    keepSecret('$&.*(x)');
    expect(scrub('axbx $&.*(x)')).toBe('axbx ***');
  });

  test('is not written to the log', () => {
    keepSecret('hunter2-two');
    log({ message: 'the password is hunter2-two', list: ['hunter2-two'] });
    expect(output.lines.map(({ text }) => text)).toEqual([
      '{"message":"the password is ***","list":["***"]}',
    ]);
  });

  test('is not written to the log though JSON writes it in another way', () => {
    keepSecret('quote"back\\slash');
    log({ message: 'it is quote"back\\slash' });
    expect(output.lines[0]?.text).toBe('{"message":"it is ***"}');
  });
});

test('nothing to keep takes nothing out', () => {
  keepSecret(undefined);
  keepSecret('');
  expect(scrub('abc')).toBe('abc');
});

test('a step is one line of JSON', () => {
  log({ action: 'CreateUser', ms: 12, outcome: 'ok' });
  log({ text: 'two\nlines' });
  expect(output.lines.map(({ text }) => JSON.parse(text))).toEqual([
    { action: 'CreateUser', ms: 12, outcome: 'ok' },
    { text: 'two\nlines' },
  ]);
  expect(output.lines).toHaveLength(2);
});
