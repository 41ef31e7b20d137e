import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readAnswers } from '../../../scripts/docs/security/answers.ts';
import { root } from './markdown.ts';

const text = (path: string) => readFileSync(join(root, path), 'utf8');
const answers = readAnswers(join(root, 'docs/security/answers.yaml'));

test('each policy that somebody is given is looked at, and each answer is a sentence', () => {
  // Trust policies grant nothing, and the organisation's rule only denies.
  const files = readdirSync(join(root, 'policies'))
    .filter((file) => file.endsWith('.json') && !/^(trust|scp)-/.test(file))
    .map((file) => file.replace('.json', ''));
  expect(Object.keys(answers).sort()).toEqual([...files, 'function'].sort());
  for (const answer of Object.values(answers).flatMap((findings) => Object.values(findings)))
    expect(answer).toMatch(/^[A-Z].{15,}\.$/);
});

test('an answer is about an action that the policy has', () => {
  for (const [name, findings] of Object.entries(answers))
    for (const action of Object.keys(findings))
      expect(text(`policies/${name}.json`)).toContain(`"${action}"`);
});

test('the check before a change goes in asks, with tools that are pinned', () => {
  expect(text('.ci/run')).toMatch(/^step 'policies' \S+ scripts\/policies\.ts$/m);
  const wanted = text('requirements-policies.in').match(/^[a-z]+==.+$/gm) ?? [];
  expect(wanted).toHaveLength(2);
  const pinned = text('requirements-policies.txt').split('\n').filter(Boolean).slice(1);
  for (const line of wanted) expect(pinned).toContain(line);
  for (const line of pinned) expect(line).toMatch(/^[\w.-]+==\S+/);
});
