import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import middy from '@middy/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CustomResourceEvent, Outcome } from '../../../src/cloudformation/event.ts';
import { answerCloudFormation } from '../../../src/cloudformation/respond.ts';
import { keepSecret } from '../../../src/log.ts';
import { withRequestContext } from '../../../src/request-context.ts';
import { type AnswerServer, answerServer } from '../../support/answer-server.ts';
import { captureOutput, type Output } from '../../support/memory-aws/output.ts';

let server: AnswerServer;
let output: Output;

beforeEach(async () => {
  server = await answerServer();
  output = captureOutput();
  vi.stubEnv('RESPONSE_URL_ORIGIN', server.url);
  // The jitter of the waits between two tries: nearly none.
  vi.spyOn(Math, 'random').mockReturnValue(0.001);
});
afterEach(async () => {
  output.restore();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await server.close();
});

const event = (rest: Partial<CustomResourceEvent> = {}): CustomResourceEvent => ({
  RequestType: 'Create',
  RequestId: 'request-1',
  ResponseURL: `${server.url}/bucket/key?X-Amz-Signature=s3cr3t-signature`,
  StackId: 'arn:aws:cloudformation:us-east-1:123456789012:stack/redis-access/0b7c1d40',
  LogicalResourceId: 'Bundle',
  ...rest,
});
const answer = (work: () => Outcome, request = event()) =>
  withRequestContext(() =>
    middy()
      .use(answerCloudFormation(() => 'id-on-failure'))
      .handler(async () => work())(request, {} as never),
  );
const fails = (error: unknown) => () => {
  throw error;
};
const done: Outcome = { physicalResourceId: 'id', data: { UserName: 'redislabs-user' } };
const log = () => output.lines.map(({ text }) => text).join('\n');

describe('the PUT', () => {
  test('is one that S3 takes: an empty content type, the exact length, not chunked', async () => {
    await answer(() => ({ ...done, data: { Warnings: 'Schlüssel „ä€😀“' } }));
    expect(server.puts).toHaveLength(1);
    const [{ method, url, headers, body }] = server.puts as [(typeof server.puts)[number]];
    expect([method, url]).toEqual(['PUT', '/bucket/key?X-Amz-Signature=s3cr3t-signature']);
    expect(headers['content-type']).toBe('');
    expect(headers['content-length']).toBe(String(body.byteLength));
    expect(headers).not.toHaveProperty('transfer-encoding');
    expect(body.byteLength).toBeGreaterThan(body.toString().length);
  });

  test('says what was made, and echoes the request', async () => {
    await answer(() => done);
    expect(server.answers).toEqual([
      {
        Status: 'SUCCESS',
        PhysicalResourceId: 'id',
        StackId: event().StackId,
        RequestId: 'request-1',
        LogicalResourceId: 'Bundle',
        Data: { UserName: 'redislabs-user', Warnings: '' },
      },
    ]);
  });

  test('of a success has no Reason, no attributes where there are none, and masks nothing with NoEcho', async () => {
    await answer(() => ({ physicalResourceId: 'id' }));
    for (const field of ['Reason', 'Data', 'NoEcho']) expect(server.answers[0]).not.toHaveProperty(field);
  });

  test('says why something failed, under the id for failures, and the function ends normally', async () => {
    expect(await answer(fails(new Error('The user is taken.')))).toBeNull();
    expect(server.answers).toEqual([
      {
        Status: 'FAILED',
        Reason: 'The user is taken.',
        PhysicalResourceId: 'id-on-failure',
        StackId: event().StackId,
        RequestId: 'request-1',
        LogicalResourceId: 'Bundle',
      },
    ]);
  });
});

describe('the Reason', () => {
  const reason = async (message: string, rest: Partial<CustomResourceEvent> = {}) => {
    await answer(fails(new Error(message)), event(rest));
    return server.answers[0]?.Reason ?? '';
  };

  test('is cut to what can be read in the events tab, and says where the rest is', async () => {
    expect(await reason('x'.repeat(1200))).toBe('x'.repeat(1200));
    server.puts.length = 0;
    expect(await reason('x'.repeat(1201))).toBe(`${'x'.repeat(1200)}… (see the function's log)`);
  });

  test('is cut further until the answer has 4,096 bytes at the most', async () => {
    const text = await reason('€'.repeat(2000), {
      LogicalResourceId: 'L'.repeat(255),
      StackId: 's'.repeat(600),
    });
    const [put] = server.puts;
    expect(put?.body.byteLength).toBeLessThanOrEqual(4096);
    expect(put?.body.byteLength).toBeGreaterThan(3600);
    expect(text).toMatch(/^€+… \(see the function's log\)$/);
  });

  test('never shows a secret or the URL, also not a part of one where it is cut', async () => {
    await answer(() => {
      keepSecret('hunter2-of-the-user');
      throw new Error(`${'x'.repeat(1195)}hunter2-of-the-user ${event().ResponseURL}`);
    });
    const text = server.answers[0]?.Reason ?? '';
    expect(text).not.toContain('hunt');
    expect(text).toContain('***');
    expect(log()).not.toMatch(/hunter2|s3cr3t-signature/);
  });
});

describe('attributes', () => {
  const Data = { UserName: 'u'.repeat(64), SecretName: 's'.repeat(512), Warnings: '€'.repeat(500) };

  test('stay whole when the answer is too long: the warnings give way first', async () => {
    await answer(() => ({ ...done, data: Data }), event({ StackId: 's'.repeat(2200) }));
    const [put] = server.puts;
    expect(put?.body.byteLength).toBeLessThanOrEqual(4096);
    expect(server.answers[0]?.Data).toMatchObject({ UserName: Data.UserName, SecretName: Data.SecretName });
    expect(server.answers[0]?.Data?.Warnings?.length).toBeLessThan(500);
    expect(server.answers[0]?.Data?.Warnings?.length).toBeGreaterThan(100);
  });

  test('are scrubbed like everything else', async () => {
    await answer(() => {
      keepSecret('hunter2-of-the-user');
      return { ...done, data: { Warnings: 'It was hunter2-of-the-user.' } };
    });
    expect(server.answers[0]?.Data?.Warnings).toBe('It was ***.');
  });
});

test('an http address that would take the answer gets nothing, neither of a success nor of a failure', async () => {
  vi.stubEnv('RESPONSE_URL_ORIGIN', '');
  let ran = false;
  await answer(() => {
    ran = true;
    return done;
  });
  await answer(fails(new Error('It failed.')));
  expect([ran, server.puts]).toEqual([false, []]);
});

test('a redirect of the response URL is not followed: the answer goes nowhere else', async () => {
  const redirected: string[] = [];
  const elsewhere = createServer((request, response) => {
    redirected.push(String(request.url));
    response.end();
  });
  await new Promise<void>((listening) => elsewhere.listen(0, '127.0.0.1', listening));
  const redirecting = createServer((request, response) => {
    request.resume();
    const { port } = elsewhere.address() as AddressInfo;
    response.writeHead(307, { location: `http://127.0.0.1:${port}/stolen` }).end();
  });
  await new Promise<void>((listening) => redirecting.listen(0, '127.0.0.1', listening));
  const origin = `http://127.0.0.1:${(redirecting.address() as AddressInfo).port}`;
  vi.stubEnv('RESPONSE_URL_ORIGIN', origin);
  await expect(answer(() => done, event({ ResponseURL: `${origin}/bucket` }))).rejects.toThrow('status 307');
  expect(redirected).toEqual([]);
  for (const each of [elsewhere, redirecting]) {
    each.closeAllConnections();
    each.close();
  }
});

describe('a try that does not get through', () => {
  test.each([503, 500, 429, 'reset' as const])('is repeated after %s', async (refusal) => {
    server.say(refusal, refusal, 200);
    await answer(() => done);
    expect(server.puts).toHaveLength(3);
    expect(new Set(server.puts.map(({ body }) => body.toString())).size).toBe(1);
  });

  test.each([403, 400, 404])('is not repeated after %i, which will not change', async (refusal) => {
    server.say(refusal, 200);
    await expect(answer(() => done)).rejects.toThrow(`could not be answered: status ${refusal}`);
    expect(server.puts).toHaveLength(1);
  });

  test('is repeated a few times only; then the function fails, so that Lambda runs the request again', async () => {
    server.say(503);
    await expect(answer(() => done)).rejects.toMatchObject({
      name: 'UnansweredError',
      message: 'CloudFormation could not be answered: status 503. The request will be run again by Lambda.',
    });
    expect(server.puts).toHaveLength(4);
  });

  test('does not turn a success into a FAILED answer', async () => {
    server.say(503, 503, 503, 503, 200);
    await expect(answer(() => done)).rejects.toThrow('could not be answered');
    expect(server.answers.map(({ Status }) => Status)).toEqual(Array(4).fill('SUCCESS'));
  });

  test.each([403, 503, 'reset' as const])(
    'leaves neither URL nor request in what is thrown and logged after %s',
    async (refusal) => {
      const withRequest = Object.assign(new Error('The key is refused.'), {
        $response: { headers: { authorization: 'AWS4 s3cr3t-signature' } },
      });
      server.say(refusal);
      const thrown = await Promise.resolve(answer(fails(withRequest))).catch((error: Error) => error);
      expect(thrown).toMatchObject({ name: 'UnansweredError' });
      const told = [];
      for (let error = thrown as Error | undefined; error; error = error.cause as Error | undefined)
        told.push(error.name, error.message, error.stack, JSON.stringify(error));
      expect(told.join('\n')).not.toMatch(/s3cr3t|bucket|refused|127\.0\.0\.1/);
      expect(log()).not.toMatch(/s3cr3t|bucket|127\.0\.0\.1/);
    },
  );
});

test.each([
  ['an event without a URL', { RequestType: 'Create' }],
  ['one with a URL that is not https', { RequestType: 'Create', ResponseURL: 'http://169.254.169.254/' }],
  ['one with an object for a URL', { RequestType: 'Create', ResponseURL: { href: 'https://x.example/' } }],
  ['no event at all', null],
])(
  '%s cannot be answered: the failure is logged, and Lambda does not run it again',
  async (_what, request) => {
    await answer(fails(new Error('No request.')), request as never);
    expect(log()).toContain('it has no ResponseURL with https. Nothing was done.');
    expect(server.puts).toEqual([]);
  },
);
