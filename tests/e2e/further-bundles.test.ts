import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Region, useAccount } from './account.ts';
import { bundleTagOf } from './expected.ts';

const account = useAccount();
const NAMES = {
  InstanceRoleName: 'eu-nodes',
  InstancePolicyName: 'eu-nodes-may',
  UserName: 'eu-user',
  UserPolicyName: 'eu-user-may',
  ConsoleRoleName: 'eu-operators',
};

/** A template of a team that declares a bundle of its own with the function of another stack. */
function furtherTemplate(serviceToken: string, properties: object): string {
  const Resources = {
    Access: { Type: 'Custom::RvAccessBundle', Properties: { ServiceToken: serviceToken, ...properties } },
  };
  const Outputs = {
    UserArn: { Value: { 'Fn::GetAtt': ['Access', 'UserArn'] } },
    Id: { Value: { Ref: 'Access' } },
  };
  const path = join(mkdtempSync(join(tmpdir(), 'further-bundle-')), 'template.json');
  writeFileSync(path, JSON.stringify({ Resources, Outputs }));
  return path;
}

async function provide(here: Region): Promise<string> {
  const { outputs } = await here.create({ FurtherBundlesPrefix: 'eu-' });
  return outputs.ServiceToken ?? '';
}

test("a further bundle in another stack carries the provider's stack and its own id, and lives by itself", async () => {
  const here = account.in('us-east-1');
  const templatePath = furtherTemplate(await provide(here), { ...NAMES, SecretRecoveryDays: 0 });
  const before = await here.state();
  const result = await here.create({}, { stackName: 'team-eu', templatePath });
  expect(result.status).toBe('CREATE_COMPLETE');
  expect(result.outputs.UserArn).toBe('arn:aws:iam::123456789012:user/eu-user');
  expect(result.outputs.Id).toMatch(/^rv-access\/team-eu\/Access\//);

  const state = await here.state();
  expect(state.users['eu-user']?.tags).toEqual({
    UsedBy: 'RedisLabs',
    'rv-access:stack': here.stack().id,
    'rv-access:bundle': bundleTagOf(result.outputs.Id ?? ''),
  });
  expect(state.secrets['rv-access/eu-user']?.current).toMatchObject({ name: 'team-eu-123456789012' });

  const rotated = await here.update({}, { stackName: 'team-eu', properties: { AccessKeySerial: 2 } });
  expect(rotated.status).toBe('UPDATE_COMPLETE');
  expect(rotated.outputs.Id).toBe(result.outputs.Id);
  expect((await here.remove('team-eu')).status).toBe('DELETE_COMPLETE');
  expect(await here.state()).toEqual(before);
});

test("a further bundle with the provider's names is refused, and its rollback leaves them alone", async () => {
  const here = account.in('us-east-1');
  const templatePath = furtherTemplate(await provide(here), {});
  const before = await here.state();
  const result = await here.create({}, { stackName: 'team-eu', templatePath });
  expect(result.status).toBe('ROLLBACK_COMPLETE');
  expect(result.answers[0]?.Reason).toContain('belong to the bundle of the stack "redis" in us-east-1');
  expect(await here.state()).toEqual(before);
});

test('two bundles of one stack are two: each with names, secret and id of its own', async () => {
  const here = account.in('us-east-1');
  const token = await provide(here);
  const one = { Type: 'Custom::RvAccessBundle', Properties: { ServiceToken: token, ...NAMES } };
  const names = Object.fromEntries(Object.entries(NAMES).map(([key, name]) => [key, `${name}-2`]));
  const two = { Type: 'Custom::RvAccessBundle', Properties: { ServiceToken: token, ...names } };
  const templatePath = join(mkdtempSync(join(tmpdir(), 'further-bundle-')), 'template.json');
  writeFileSync(templatePath, JSON.stringify({ Resources: { One: one, Two: two } }));
  const result = await here.create({}, { stackName: 'team-eu', templatePath });
  expect(result.status).toBe('CREATE_COMPLETE');
  expect(new Set(result.answers.map(({ PhysicalResourceId }) => PhysicalResourceId)).size).toBe(2);
  expect(Object.keys((await here.state()).users).sort()).toEqual(['eu-user', 'eu-user-2', 'redislabs-user']);
  expect((await here.remove('team-eu')).status).toBe('DELETE_COMPLETE');
  expect(Object.keys((await here.state()).users)).toEqual(['redislabs-user']);
});
