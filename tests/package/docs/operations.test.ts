import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prices } from '../../../bench/cost.ts';
import { CALL_MS, RESERVED_FOR_ANSWER_MS, STALE } from '../../../src/aws/times.ts';
import { DELETE_TAG, RELEASE_TAG } from '../../../src/bundle/tags.ts';
import { denyAll } from '../../../src/iam/deny-all.ts';
import type { Target } from '../../../src/reconcile/delete.ts';
import { howToSayAnyway } from '../../../src/reconcile/deletion-protection.ts';
import { rowOf } from '../../../src/reconcile/resources.ts';
import { template } from '../template/template.ts';
import { codes, everyPage, readPage, root } from './markdown.ts';
import { spokenTexts } from './messages.ts';

const operations = readPage('docs/operations.md');
const howItWorks = readPage('docs/how-it-works.md');
const NUMBERS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

const table = (first: string) => operations.tables.find(({ head }) => head[0] === first)?.rows ?? [];
const alarms = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
const metrics = table('metric').flatMap(([name]) => codes(name));

test('the metrics of the page are those that a check writes, and those of the alarms among them', () => {
  const source = spokenTexts();
  for (const name of metrics) expect(source, name).toContain(name);
  const ofAlarms = [...JSON.stringify(alarms).matchAll(/"MetricName":"(\w+)"/g)].map(([, name]) => name);
  expect(metrics).toEqual(expect.arrayContaining(ofAlarms.filter((name) => name !== 'Errors')));
});

test('the costs of the page are those that the benchmark reckons with', () => {
  const { rows = [] } = operations.tables.find(({ head }) => head.includes('money')) ?? {};
  const costs = rows.map(([what = '', , money = '']) => `${what}: ${money}`);
  const row = (name: string) => costs.find((cost) => cost.startsWith(name)) ?? '';
  expect(row('the secret')).toContain(`${prices.secretMonth.toFixed(2)} USD`);
  expect(row('the secret')).toContain(`${(prices.secretsManagerCall * 10_000).toFixed(2)} USD for 10,000`);
  const anHourADay = (metrics.length * 0.3) / 24;
  expect(row('`DailyCheck`')).toContain(
    `${NUMBERS[metrics.length]}, once a day, are about ${anHourADay.toFixed(2)} USD`,
  );
  expect(row('`AlarmTopicArn`')).toContain(`${NUMBERS[alarms.length]} alarms`);
  expect(operations.text).toContain(`as of ${prices.date}`);
});

test('the event of the command is the one of the daily check', () => {
  const event = JSON.parse(readFileSync(join(root, 'events/9-daily-check.json'), 'utf8'));
  const command = operations.blocks.find(({ code }) => code.includes('lambda invoke'))?.code ?? '';
  const [, payload = ''] = /--payload "(.*)" /.exec(command) ?? [];
  const sent = JSON.parse(payload.replaceAll('\\"', '"'));
  expect(sent).toEqual({ ...event, stackId: '$STACK' });
});

test('the commands of ways out are those that the function takes, and none but those', () => {
  const user = { ...rowOf('user redislabs-user'), found: { tags: {} } } as Target;
  const anyway = /\((aws .*)\)/.exec(howToSayAnyway([user]))?.[1] ?? 'no command';
  for (const path of ['docs/ways-out.md', 'examples/stackset/README.md'])
    expect(readPage(path).text, path).toContain(anyway);
  const release = `aws iam tag-user --user-name redislabs-user --tags Key=${RELEASE_TAG},Value=yes`;
  for (const path of ['docs/ways-out.md', 'docs/migrating.md'])
    expect(readPage(path).text, path).toContain(release);
  const commands = everyPage()
    .map(({ text }) => text)
    .join('\n');
  const tags = [...commands.matchAll(/tag-(?:user|role) \S+ \S+ --tags Key=(rv-access:[\w-]+)/g)].map(
    ([, key]) => key,
  );
  expect(tags.filter((key) => key !== DELETE_TAG && key !== RELEASE_TAG)).toEqual([]);
});

test('what locks Redis out by hand is what a suspension attaches', () => {
  for (const path of ['docs/operations.md', 'docs/security/README.md'])
    for (const holder of ['user --user-name redislabs-user', 'role --role-name redislabs-role'])
      expect(readPage(path).text, path).toContain(
        `aws iam attach-${holder.replace(' ', '-policy ')} --policy-arn ${denyAll('aws')}\n`,
      );
});

test('the times that the pages name are those of the function and of the template', () => {
  expect(STALE.forMs).toBe(15_000);
  expect(operations.text).toContain('still there fifteen seconds later');
  expect(howItWorks.text).toContain('repeated for up to fifteen seconds');
  expect(RESERVED_FOR_ANSWER_MS).toBe(15_000);
  expect(howItWorks.text).toContain('ends by itself fifteen seconds before');
  expect(howItWorks.text).toContain(`no single call may take longer than ${NUMBERS[CALL_MS / 1000]}`);
  expect(template.Resources.Bundle?.Properties?.ServiceTimeout).toEqual({
    'Fn::If': ['Registers', 16 * 60, 6 * 60],
  });
  expect(readPage('docs/ways-out.md').text).toContain('six minutes (sixteen for a registered bundle)');
});
