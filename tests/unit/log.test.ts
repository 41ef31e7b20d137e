import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keepSecret, log, scrub, warn } from '../../src/log.ts';
import { withRequestContext } from '../../src/request-context.ts';
import { captureOutput, type Output } from '../support/memory-aws/output.ts';

let output: Output;
beforeEach(() => {
  output = captureOutput();
});
afterEach(() => {
  output.restore();
});

const inRequest = (name: string, code: () => void) => test(name, () => withRequestContext(code));

describe('a value that was given to be kept', () => {
  inRequest('is taken out of every text, wherever it stands and however often', () => {
    keepSecret('hunter2-one');
    expect(scrub('a hunter2-one and hunter2-one')).toBe('a *** and ***');
  });

  inRequest('is taken literally, though it looks like a pattern', () => {
    keepSecret('$&.*(x)+?');
    expect(scrub('axbx $&.*(x)+?')).toBe('axbx ***');
  });

  inRequest('is not written to the log', () => {
    keepSecret('hunter2-two');
    log({ message: 'the password is hunter2-two', list: ['hunter2-two'] });
    expect(output.lines.map(({ text }) => text)).toEqual([
      '{"message":"the password is ***","list":["***"]}',
    ]);
  });

  inRequest('is not written to the log though JSON writes it in another way', () => {
    keepSecret('quote"back\\slash');
    log({ message: 'it is quote"back\\slash' });
    expect(output.lines[0]?.text).toBe('{"message":"it is ***"}');
  });

  test('belongs to its request: another one, and code outside of any, does not know it', () => {
    withRequestContext(() => keepSecret('hunter2-three'));
    expect(withRequestContext(() => scrub('hunter2-three'))).toBe('hunter2-three');
    expect(scrub('hunter2-three')).toBe('hunter2-three');
  });

  test('outside of a request is passed over', () => {
    expect(() => keepSecret('hunter2-four')).not.toThrow();
  });
});

describe('what is no secret of ours', () => {
  test.each([[undefined], [''], ['e'], ['seven77'], [{}], [12345678], [['x'.repeat(9)]], [null]])(
    '(%j) takes nothing out: somebody has edited the secret by hand',
    (value) => {
      withRequestContext(() => {
        keepSecret(value);
        expect(scrub('every e and seven77 {} 12345678')).toBe('every e and seven77 {} 12345678');
      });
    },
  );

  inRequest('begins below eight characters', () => {
    keepSecret('eight888');
    expect(scrub('x eight888')).toBe('x ***');
  });
});

test('a step is one line of JSON, and so is a warning', () => {
  log({ action: 'CreateUser', ms: 12, outcome: 'ok' });
  log({ text: 'two\nlines' });
  warn('Look here.');
  expect(output.lines.map(({ text }) => JSON.parse(text))).toEqual([
    { action: 'CreateUser', ms: 12, outcome: 'ok' },
    { text: 'two\nlines' },
    { level: 'warning', warning: 'Look here.' },
  ]);
});
