import { IAMClient } from '@aws-sdk/client-iam';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../../../local/aws.ts';
import { type MemoryAws, memoryAws } from '../../support/memory-aws/memory-aws.ts';
import { iamScenarios } from './iam-scenarios.ts';
import { play } from './scenario.ts';
import { secretsScenarios } from './secrets-scenarios.ts';

const scenarios = [...iamScenarios, ...secretsScenarios];

function clients(endpoint?: string) {
  const config = {
    region: 'us-east-1',
    ...(endpoint ? { endpoint } : {}),
    credentials: { accessKeyId: '123456789012', secretAccessKey: 'local' },
  };
  return { iam: new IAMClient(config), secrets: new SecretsManagerClient(config) };
}

describe('in memory', () => {
  let memory: MemoryAws;
  beforeEach(() => {
    memory = memoryAws();
    memory.mayAll = true;
  });
  afterEach(() => memory.restore());

  test.each(scenarios)('$behaviour', async (scenario) => {
    expect(await play(scenario, clients())).toEqual(scenario.says);
  });
});

describe('on the local AWS', () => {
  let local: LocalAws;
  beforeAll(async () => {
    local = await startLocalAws();
  });
  beforeEach(() => local.reset());
  afterAll(() => local.stop());

  test.each(scenarios)('$behaviour', async (scenario) => {
    expect(await play(scenario, clients(local.endpoint))).toEqual(scenario.says);
  });
});
