import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { OperationResult } from '../../../local/cloudformation/operation-result.ts';
import { fakeCloudFormation, writeTemplate } from './cloudformation-fake.ts';

type Fake = ReturnType<typeof fakeCloudFormation>;
const started: Fake[] = [];

function cloudFormation(...input: Parameters<typeof fakeCloudFormation>): Fake {
  const made = fakeCloudFormation(...input);
  started.push(made);
  return made;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((made) => made.close()));
});

const stackName = 'stack';

/** `[RequestType, PhysicalResourceId, name in the properties, name in the old properties]` of each request. */
function requests(result: OperationResult) {
  return result.exchanges.map(({ event }) => [
    event.RequestType,
    event.PhysicalResourceId,
    event.ResourceProperties.Name,
    event.OldResourceProperties?.Name,
  ]);
}

function statuses(result: OperationResult, logicalId: string) {
  return result.events.filter((e) => e.logicalResourceId === logicalId).map((e) => e.resourceStatus);
}

function reason(result: OperationResult, status: string) {
  return result.events.find((event) => event.resourceStatus === status)?.resourceStatusReason;
}

describe('a create', () => {
  test('sends the event that CloudFormation sends, all scalars as strings', async () => {
    const cfn = cloudFormation();
    const result = await cfn.createStack({ stackName, properties: { Extra: { Size: 3 } } });
    const { event } = result.exchanges[0] ?? {};
    const functionArn = cfn.resource(stackName, 'Function').attributes.Arn;
    expect(event).toEqual({
      RequestType: 'Create',
      ServiceToken: functionArn,
      ResponseURL: expect.stringMatching(
        /^http:.*%7CBundle%7C.*X-Amz-Expires=7200.*X-Amz-Signature=[0-9a-f]{64}$/,
      ),
      StackId: result.stackId,
      RequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      LogicalResourceId: 'Bundle',
      ResourceType: 'Custom::Bundle',
      ResourceProperties: {
        ServiceToken: functionArn,
        ServiceTimeout: '330',
        Name: 'one',
        Days: '7',
        Flag: 'true',
        Items: ['x', 'y'],
        Nested: { Deep: ['1', { Yes: 'false' }] },
        Extra: { Size: '3' },
      },
    });
  });

  test('ends with the outputs and with the events of each resource in the order of dependency', async () => {
    const cfn = cloudFormation();
    const result = await cfn.createStack({ stackName });
    const functionArn = cfn.resource(stackName, 'Function').attributes.Arn;
    expect(functionArn).toMatch(
      /^arn:aws:lambda:us-east-1:123456789012:function:stack-Function-[0-9A-F]{12}$/,
    );
    expect(result.outputs).toEqual({
      Id: 'id-one',
      FunctionArn: functionArn,
      StackIdSeen: result.stackId,
      Remaining: 'true',
      Sentence: `in us-east-1 of aws: ${functionArn}, not \${Bundle}`,
    });
    expect(result.events.map((e) => `${e.logicalResourceId} ${e.resourceStatus}`)).toEqual([
      'stack CREATE_IN_PROGRESS',
      'Role CREATE_IN_PROGRESS',
      'Role CREATE_IN_PROGRESS',
      'Role CREATE_COMPLETE',
      'Function CREATE_IN_PROGRESS',
      'Function CREATE_IN_PROGRESS',
      'Function CREATE_COMPLETE',
      'Bundle CREATE_IN_PROGRESS',
      'Bundle CREATE_IN_PROGRESS',
      'Bundle CREATE_COMPLETE',
      'stack CREATE_COMPLETE',
    ]);
  });

  test('that failed is rolled back with a Delete of the id in the answer', async () => {
    const result = await cloudFormation().createStack({ stackName, parameters: { OnCreate: 'fail' } });
    expect(result.status).toBe('ROLLBACK_COMPLETE');
    expect(requests(result)).toEqual([
      ['Create', undefined, 'one', undefined],
      ['Delete', 'id-one', 'one', undefined],
    ]);
    expect(reason(result, 'CREATE_FAILED')).toMatch(
      /^Received response status \[FAILED\] from custom resource. Message returned: the test wants it \(RequestId: /,
    );
  });

  test.each(['silence', 'throw', 'exit', 'empty id', 'too long', 'wrong request', 'no json'])(
    'without a usable answer (%s) is rolled back with a Delete of an invented id',
    async (how) => {
      const result = await cloudFormation().createStack({ stackName, parameters: { OnCreate: how } });
      expect(result.status).toBe('ROLLBACK_COMPLETE');
      expect(requests(result)).toEqual([
        ['Create', undefined, 'one', undefined],
        ['Delete', expect.stringMatching(/^stack-Bundle-[0-9A-F]{12}$/), 'one', undefined],
      ]);
    },
  );

  test('says why an answer is not usable', async () => {
    const failure = async (how: string) => {
      const result = await cloudFormation().createStack({ stackName, parameters: { OnCreate: how } });
      return reason(result, 'CREATE_FAILED');
    };
    expect(await failure('empty id')).toBe('Invalid PhysicalResourceId');
    expect(await failure('too long')).toBe('Response object is too long.');
    expect(await failure('silence')).toMatch(/did not receive a response from your Custom Resource/);
  });

  test('fails when ServiceTimeout is over, and its late answer changes nothing', async () => {
    const cfn = cloudFormation();
    const result = await cfn.createStack({
      stackName,
      parameters: { OnCreate: 'slow' },
      serviceTimeoutMs: 100,
    });
    await cfn.settled();
    expect(reason(result, 'CREATE_FAILED')).toMatch(/did not receive a response from your Custom Resource/);
    expect(result.exchanges[0]).toMatchObject({ late: true, answer: { Status: 'SUCCESS' } });
  });

  test('is cancelled when something else fails: the Delete comes while the Create still runs', async () => {
    const cfn = cloudFormation();
    let begun = (): void => {};
    const failDuringBundle = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const result = await cfn.createStack({
      stackName,
      parameters: { OnCreate: 'slow' },
      failDuringBundle,
      onAttempt: () => begun(),
    });
    expect(result.status).toBe('ROLLBACK_COMPLETE');
    expect(requests(result)[1]?.[1]).toMatch(/^stack-Bundle-/);
    expect(reason(result, 'CREATE_FAILED')).toBe('Resource creation cancelled');
    await cfn.settled();
    expect(result.exchanges[0]).toMatchObject({ late: true, answer: { Status: 'SUCCESS' } });
  });

  test('that succeeded before something else failed is deleted by its own id', async () => {
    const result = await cloudFormation().createStack({ stackName, failAfterBundle: true });
    expect(result.status).toBe('ROLLBACK_COMPLETE');
    expect(requests(result)[1]).toEqual(['Delete', 'id-one', 'one', undefined]);
  });

  test('fails when an output needs an attribute that the answer lacks', async () => {
    const cfn = cloudFormation({}, (template) => {
      template.Outputs.Id.Value = { 'Fn::GetAtt': ['Bundle', 'Missing'] } as never;
      return template;
    });
    const result = await cfn.createStack({ stackName });
    expect(result.status).toBe('ROLLBACK_COMPLETE');
    expect(reason(result, 'ROLLBACK_IN_PROGRESS')).toMatch(/doesn't contain Missing attribute/);
  });
});

describe('an update', () => {
  test('in place keeps the id and carries the old properties', async () => {
    const cfn = cloudFormation();
    await cfn.createStack({ stackName });
    const result = await cfn.updateStack(stackName, { parameters: { Days: '8' } });
    expect(result.status).toBe('UPDATE_COMPLETE');
    expect(result.exchanges[0]?.event).toMatchObject({
      RequestType: 'Update',
      PhysicalResourceId: 'id-one',
      ResourceProperties: { Days: '8' },
      OldResourceProperties: { Days: '7' },
    });
    expect(statuses(result, 'Role')).toEqual([]);
  });

  test('that changes nothing of the custom resource sends no request', async () => {
    const cfn = cloudFormation();
    await cfn.createStack({ stackName });
    expect((await cfn.updateStack(stackName, { parameters: { Kind: 'b' } })).exchanges).toEqual([]);
    await expect(cfn.updateStack(stackName, {})).rejects.toThrow('No updates are to be performed.');
  });

  test('with a new id is a replacement: the old id is deleted at clean-up, with the old properties', async () => {
    const cfn = cloudFormation();
    await cfn.createStack({ stackName });
    const result = await cfn.updateStack(stackName, { parameters: { Name: 'two' } });
    expect(result.status).toBe('UPDATE_COMPLETE');
    expect(requests(result)).toEqual([
      ['Update', 'id-one', 'two', 'one'],
      ['Delete', 'id-one', 'one', undefined],
    ]);
    expect(statuses(result, 'Bundle')).toEqual([
      'UPDATE_IN_PROGRESS',
      'UPDATE_IN_PROGRESS',
      'UPDATE_COMPLETE',
      'DELETE_IN_PROGRESS',
      'DELETE_COMPLETE',
    ]);
    expect(result.outputs.Id).toBe('id-two');
  });

  test('succeeds although the clean-up fails three times, and says so', async () => {
    const cfn = cloudFormation();
    await cfn.createStack({ stackName, parameters: { OnDelete: 'fail' } });
    const result = await cfn.updateStack(stackName, { parameters: { Name: 'two', OnDelete: '' } });
    expect(result.status).toBe('UPDATE_COMPLETE');
    expect(result.events.at(-1)?.resourceStatusReason).toBe(
      'Update successful. One or more resources could not be deleted.',
    );
    expect(requests(result).slice(1)).toEqual(Array(3).fill(['Delete', 'id-one', 'one', undefined]));
  });

  test('that failed is followed by the reverse Update with the id that CloudFormation holds', async () => {
    const cfn = cloudFormation();
    await cfn.createStack({ stackName });
    const result = await cfn.updateStack(stackName, { parameters: { Name: 'two', OnUpdate: 'fail' } });
    expect(result.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(requests(result)).toEqual([
      ['Update', 'id-one', 'two', 'one'],
      ['Update', 'id-one', 'one', 'two'],
    ]);
    expect(cfn.stack(stackName).parameters.Name).toBe('one');
    expect(result.outputs.Id).toBe('id-one');
  });

  test('that failed under another id has that id deleted after the reverse Update', async () => {
    const cfn = cloudFormation();
    await cfn.createStack({ stackName });
    const parameters = { Name: 'two', OnUpdate: 'fail with new id' };
    const result = await cfn.updateStack(stackName, { parameters });
    expect(requests(result)).toEqual([
      ['Update', 'id-one', 'two', 'one'],
      ['Update', 'id-one', 'one', 'two'],
      ['Delete', 'id-two', 'two', undefined],
    ]);
  });

  test('that succeeded and is rolled back gets the reverse Update, then the id that lost is deleted', async () => {
    const cfn = cloudFormation();
    await cfn.createStack({ stackName });
    const result = await cfn.updateStack(stackName, { parameters: { Name: 'two' }, failAfterBundle: true });
    expect(result.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(requests(result)).toEqual([
      ['Update', 'id-one', 'two', 'one'],
      ['Update', 'id-two', 'one', 'two'],
      ['Delete', 'id-two', 'two', undefined],
    ]);
    expect(cfn.resource(stackName, 'Bundle').physicalId).toBe('id-one');
  });

  test('whose reverse Update fails too ends in UPDATE_ROLLBACK_FAILED', async () => {
    const cfn = cloudFormation();
    await cfn.createStack({ stackName, parameters: { OnUpdate: 'fail' } });
    const result = await cfn.updateStack(stackName, { parameters: { Days: '9' } });
    expect(result.status).toBe('UPDATE_ROLLBACK_FAILED');
    await expect(cfn.updateStack(stackName, { parameters: { Days: '8' } })).rejects.toThrow(
      'is in UPDATE_ROLLBACK_FAILED state and can not be updated.',
    );
  });
});

describe('a delete', () => {
  test('ends the stack', async () => {
    const cfn = cloudFormation();
    await cfn.createStack({ stackName });
    const result = await cfn.deleteStack(stackName);
    expect(result.status).toBe('DELETE_COMPLETE');
    expect(requests(result)).toEqual([['Delete', 'id-one', 'one', undefined]]);
    expect(() => cfn.stack(stackName)).toThrow('Stack with id stack does not exist');
  });

  test('that failed keeps the function, so that it can be tried again', async () => {
    const cfn = cloudFormation();
    const properties = { OnDelete: 'fail once', Marker: join(cfn.folder, 'marker') };
    await cfn.createStack({ stackName, properties });
    const failed = await cfn.deleteStack(stackName);
    expect(failed.status).toBe('DELETE_FAILED');
    expect([...cfn.stack(stackName).resources.keys()]).toEqual(['Role', 'Function', 'Bundle']);
    const retried = await cfn.deleteStack(stackName);
    expect(retried.status).toBe('DELETE_COMPLETE');
    expect(requests(retried)).toEqual([['Delete', 'id-one', 'one', undefined]]);
  });
});

describe('the function', () => {
  test('is run again with the same event and request id after a crash', async () => {
    const cfn = cloudFormation();
    const marker = join(cfn.folder, 'marker');
    const parameters = { OnCreate: 'crash once' };
    const result = await cfn.createStack({ stackName, parameters, properties: { Marker: marker } });
    expect(result.status).toBe('CREATE_COMPLETE');
    const attempts = result.exchanges[0]?.attempts ?? [];
    expect(attempts.map(({ outcome, attempt }) => [attempt, outcome])).toEqual([
      [1, 'crash'],
      [2, 'success'],
    ]);
    expect(new Set(attempts.map(({ requestId }) => requestId)).size).toBe(1);
    expect(existsSync(marker)).toBe(true);
  });

  test('is run three times in all when it throws', async () => {
    const result = await cloudFormation().createStack({ stackName, parameters: { OnCreate: 'throw' } });
    const attempts = result.exchanges[0]?.attempts ?? [];
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['error', 'error', 'error']);
    expect(attempts[0]?.error).toEqual({ errorType: 'TypeError', errorMessage: 'thrown by the test' });
    expect(result.log.join('\n')).toContain('ERROR\tInvoke Error\t{"errorType":"TypeError"');
  });

  test('is ended at its time-out', async () => {
    const cfn = cloudFormation({ functionTimeoutMs: 500, retryDelaysMs: [] });
    const result = await cfn.createStack({ stackName, parameters: { OnCreate: 'hang' } });
    expect(result.exchanges[0]?.attempts.map(({ outcome }) => outcome)).toEqual(['timeout']);
    expect(result.log.join('\n')).toContain('Error: Task timed out after 0.5 seconds');
  });

  test('can be killed by a test at any moment', async () => {
    const cfn = cloudFormation();
    const result = await cfn.createStack({
      stackName,
      parameters: { OnCreate: 'slow' },
      onAttempt: ({ attempt, kill }) => {
        if (attempt === 1) {
          kill();
        }
      },
    });
    expect(result.exchanges[0]?.attempts.map(({ outcome }) => outcome)).toEqual(['crash', 'success']);
  });

  test('stays warm between events, and its output is kept', async () => {
    const cfn = cloudFormation();
    const created = await cfn.createStack({ stackName });
    const updated = await cfn.updateStack(stackName, { parameters: { Days: '8' } });
    const processOf = (result: OperationResult) => result.log.join('\n').match(/process (\d+)/)?.[1];
    expect(created.log).toEqual([expect.stringMatching(/^Create answer request/), 'answered 200']);
    expect(processOf(updated)).toBe(processOf(created));
  });

  test('can be played a raw event without a stack', async () => {
    const cfn = cloudFormation();
    const exchange = await cfn.sendEvent({
      RequestType: 'Delete',
      ServiceToken: 'arn:aws:lambda:us-east-1:123456789012:function:any',
      StackId: 'arn:aws:cloudformation:us-east-1:123456789012:stack/any/1',
      RequestId: '1',
      LogicalResourceId: 'Bundle',
      ResourceType: 'Custom::Bundle',
      PhysicalResourceId: 'any-id',
      ResourceProperties: {},
    });
    expect(exchange.answer).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: 'any-id',
      RequestId: '1',
    });
  });

  test('of one stack can serve a custom resource of another', async () => {
    const cfn = cloudFormation();
    await cfn.createStack({ stackName });
    const ServiceToken = cfn.resource(stackName, 'Function').attributes.Arn;
    const Properties = { ServiceToken, Name: 'further' };
    const Resources = { Further: { Type: 'Custom::RvAccessBundle', Properties } };
    const templatePath = writeTemplate(cfn.folder, { Resources });
    const result = await cfn.createStack({ stackName: 'other', templatePath });
    expect(result.answers).toMatchObject([
      { PhysicalResourceId: 'id-further', LogicalResourceId: 'Further' },
    ]);
    expect((await cfn.deleteStack('other')).status).toBe('DELETE_COMPLETE');
  });
});

describe('the ResponseURL', () => {
  test.each([
    ['content type', { status: 403, code: 'SignatureDoesNotMatch' }],
    ['chunked', { status: 501, code: 'NotImplemented' }],
  ])('refuses what S3 refuses: %s', async (how, refusal) => {
    const cfn = cloudFormation();
    const result = await cfn.createStack({ stackName, parameters: { OnCreate: how } });
    expect(result.status).toBe('ROLLBACK_COMPLETE');
    expect(result.exchanges[0]?.body).toBeUndefined();
    expect((await cfn.responseRequests())[0]).toEqual(refusal);
  });

  test('can be told to fail, and takes the answer afterwards', async () => {
    const cfn = cloudFormation();
    await cfn.failResponses(2, 503);
    const result = await cfn.createStack({ stackName, parameters: { OnCreate: 'answer until taken' } });
    expect(result.status).toBe('CREATE_COMPLETE');
    expect((await cfn.responseRequests()).map(({ status }) => status)).toEqual([503, 503, 200]);
  });

  test('takes nothing without its signature', async () => {
    const cfn = cloudFormation();
    const result = await cfn.createStack({ stackName });
    const url = result.exchanges[0]?.event.ResponseURL.replace(/Signature=.*/, 'Signature=0');
    const refused = await fetch(url ?? '', { method: 'PUT', body: '{}' });
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain('<Code>SignatureDoesNotMatch</Code>');
  });
});
