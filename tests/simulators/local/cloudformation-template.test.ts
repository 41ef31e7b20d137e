import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { evaluate, type Scope } from '../../../local/cloudformation/intrinsics.ts';
import { resourcesInOrder } from '../../../local/cloudformation/order.ts';
import { resolveParameters } from '../../../local/cloudformation/parameters.ts';
import { type Json, loadTemplate, type TemplateParameter } from '../../../local/cloudformation/template.ts';
import { fakeCloudFormation } from './cloudformation-fake.ts';

const started: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((made) => made.close()));
});

function write(content: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'template-')), 'template.yaml');
  writeFileSync(path, content);
  return path;
}

const sam = write(`
AWSTemplateFormatVersion: 2010-09-09
Transform: AWS::Serverless-2016-10-31
Resources:
  BundleFunction:
    Type: AWS::Serverless::Function
    Metadata: { BuildMethod: esbuild }
    Properties:
      CodeUri: .
      Handler: index.handler
      Runtime: nodejs24.x
      Policies: AWSLambdaBasicExecutionRole
  Bundle:
    Type: AWS::CloudFormation::CustomResource
    Properties:
      ServiceToken: !GetAtt BundleFunction.Arn
      Name: !Sub \${AWS::StackName}
`);

describe('a template', () => {
  test('in SAM is translated as AWS does it', async () => {
    const { Resources } = await loadTemplate(sam, 'us-gov-west-1');
    expect(Object.entries(Resources).map(([id, { Type }]) => `${id} ${Type}`)).toEqual([
      'Bundle AWS::CloudFormation::CustomResource',
      'BundleFunction AWS::Lambda::Function',
      'BundleFunctionRole AWS::IAM::Role',
    ]);
    expect(Resources.BundleFunctionRole?.Properties?.ManagedPolicyArns).toEqual([
      'arn:aws-us-gov:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
    ]);
    expect(Resources.Bundle?.Properties).toEqual({
      ServiceToken: { 'Fn::GetAtt': ['BundleFunction', 'Arn'] },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of Fn::Sub
      Name: { 'Fn::Sub': '${AWS::StackName}' },
    });
  });

  test('that is plain already stays as it is, short forms and dates included', async () => {
    const path = write(`
AWSTemplateFormatVersion: 2010-09-09
Resources:
  A: { Type: 'Custom::A', Properties: { List: !Split [',', !Join ['', [a, !Ref B]]], Date: 2012-10-17 } }
`);
    expect(await loadTemplate(path, 'us-east-1')).toEqual({
      AWSTemplateFormatVersion: '2010-09-09',
      Resources: {
        A: {
          Type: 'Custom::A',
          Properties: {
            List: { 'Fn::Split': [',', { 'Fn::Join': ['', ['a', { Ref: 'B' }]] }] },
            Date: '2012-10-17',
          },
        },
      },
    });
  });

  test('that the SAM translator refuses is refused with its findings', async () => {
    const path = write(
      "Transform: AWS::Serverless-2016-10-31\nResources: { F: { Type: 'AWS::Serverless::Function', Properties: { Nonsense: 1 } } }",
    );
    await expect(loadTemplate(path, 'us-east-1')).rejects.toThrow(/Resource with id \[F\] is invalid/);
  });

  test('has its code run from inside the template when it is there', async () => {
    const cfn = fakeCloudFormation({}, (template) => {
      const code =
        "exports.handler = async (event) => { await fetch(event.ResponseURL, { method: 'PUT', headers: { 'content-type': '' }, body: JSON.stringify({ ...event, Status: 'SUCCESS', PhysicalResourceId: 'inline', ResponseURL: undefined }) }); };";
      Object.assign(template.Resources.Function.Properties, { Code: { ZipFile: code } });
      return { ...template, Outputs: { Id: { Value: { Ref: 'Bundle' } } } };
    });
    started.push(cfn);
    const result = await cfn.createStack({ stackName: 'inline' });
    expect(result.outputs).toEqual({ Id: 'inline' });
  });

  test('whose rules do not hold is refused before anything begins', async () => {
    const cfn = fakeCloudFormation({}, (template) => ({
      ...template,
      Rules: {
        KindA: {
          RuleCondition: { 'Fn::Equals': [{ Ref: 'Name' }, 'strict'] },
          Assertions: [
            { Assert: { 'Fn::Contains': [['a'], { Ref: 'Kind' }] }, AssertDescription: 'Kind must be a' },
          ],
        },
      },
    }));
    started.push(cfn);
    const create = (Name: string) =>
      cfn.createStack({ stackName: 'stack', parameters: { Kind: 'b', Name } }).then(({ status }) => status);
    await expect(create('strict')).rejects.toThrow('Rule KindA failed: Kind must be a');
    expect(await create('lax')).toBe('CREATE_COMPLETE');
  });
});

describe('a parameter', () => {
  const resolve = (parameter: TemplateParameter, value?: string) =>
    resolveParameters(
      { Parameters: { P: parameter }, Resources: {} },
      value === undefined ? {} : { P: value },
    ).P;

  test('has its default as a string', () => {
    expect(resolve({ Type: 'Number', Default: 7 })).toBe('7');
  });

  test.each<[TemplateParameter, string, string]>([
    [{ Type: 'String', AllowedPattern: '[a-z]+' }, 'a1', "Parameter 'P' must match pattern [a-z]+"],
    [{ Type: 'String', AllowedPattern: 'a|b' }, 'ab', "Parameter 'P' must match pattern a|b"],
    [
      { Type: 'String', AllowedPattern: '[a-z]+', ConstraintDescription: 'letters only' },
      '1',
      'Parameter P failed to satisfy constraint: letters only',
    ],
    [{ Type: 'String', AllowedValues: ['a', 'b'] }, 'c', "Parameter 'P' must be one of AllowedValues"],
    [{ Type: 'String', MinLength: 2 }, 'a', "Parameter 'P' must contain at least 2 characters"],
    [{ Type: 'String', MaxLength: '2' }, 'abc', "Parameter 'P' must contain at most 2 characters"],
    [{ Type: 'Number' }, 'x', "Parameter 'P' must be a number"],
    [{ Type: 'Number', MinValue: 7 }, '6', "Parameter 'P' must be a number not less than 7"],
    [{ Type: 'Number', MaxValue: 7 }, '8', "Parameter 'P' must be a number not greater than 7"],
    [
      { Type: 'CommaDelimitedList', AllowedValues: ['a', 'b'] },
      'a,c',
      "Parameter 'P' must be one of AllowedValues",
    ],
  ])('with the rules %j refuses %s', (parameter, value, message) => {
    expect(() => resolve(parameter, value)).toThrow(message);
  });

  test('without value or default is refused, and so is one that is not declared', () => {
    expect(() => resolve({ Type: 'String' })).toThrow('Parameters: [P] must have values');
    expect(() => resolveParameters({ Resources: {} }, { Q: '1' })).toThrow(
      'Parameters: [Q] do not exist in the template',
    );
  });
});

describe('an intrinsic function', () => {
  const scope: Scope = {
    template: {
      Resources: {},
      Mappings: { Sizes: { small: { disk: 5 } } },
      Conditions: {
        Yes: { 'Fn::Equals': [{ Ref: 'P' }, 'p'] },
        No: { 'Fn::Not': [{ Condition: 'Yes' }] },
        Both: { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] },
        Either: { 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'No' }] },
      },
    },
    ref: (name) => ({ P: 'p', L: ['a', 'b'], R: 'physical' })[name],
    attribute: (id, name) => `${id}/${name}`,
  };

  test.each<[Json, Json | undefined]>([
    [{ Ref: 'R' }, 'physical'],
    [{ Ref: 'L' }, ['a', 'b']],
    [{ 'Fn::GetAtt': ['R', 'Arn'] }, 'R/Arn'],
    [{ 'Fn::GetAtt': 'R.Outputs.Arn' }, 'R/Outputs.Arn'],
    [{ 'Fn::Sub': `\${P} \${R.Arn} \${!P}` }, `p R/Arn \${P}`],
    [{ 'Fn::Sub': [`\${Own}-\${P}`, { Own: { Ref: 'R' } }] }, 'physical-p'],
    [{ 'Fn::Join': ['-', ['x', { Ref: 'P' }]] }, 'x-p'],
    [{ 'Fn::Join': ['-', { Ref: 'L' }] }, 'a-b'],
    [{ 'Fn::Select': ['1', { Ref: 'L' }] }, 'b'],
    [{ 'Fn::Split': ['/', 'a/b'] }, ['a', 'b']],
    [{ 'Fn::FindInMap': ['Sizes', 'small', 'disk'] }, 5],
    [{ 'Fn::If': ['Yes', { Ref: 'P' }, 'q'] }, 'p'],
    [{ 'Fn::If': ['No', 'p', 'q'] }, 'q'],
    [{ 'Fn::If': ['Both', 1, 2] }, 2],
    [{ 'Fn::If': ['Either', 1, 2] }, 1],
    [{ 'Fn::Equals': ['1', 1] }, true],
    [{ 'Fn::Base64': 'a' }, 'YQ=='],
    [{ Ref: 'AWS::NoValue' }, undefined],
    [[1, { 'Fn::If': ['No', 2, { Ref: 'AWS::NoValue' }] }], [1]],
    [{ A: { Ref: 'AWS::NoValue' }, B: { Condition: { Bool: 'x' } } }, { B: { Condition: { Bool: 'x' } } }],
  ])('%j gives %j', (value, expected) => {
    expect(evaluate(value, scope)).toEqual(expected);
  });

  test('that leads nowhere is an error that names what is missing', () => {
    expect(() => evaluate({ Ref: 'X' }, scope)).toThrow('Ref of X, which is not in the template');
    expect(() => evaluate({ 'Fn::FindInMap': ['Sizes', 'big', 'disk'] }, scope)).toThrow(
      '[Sizes, big, disk]',
    );
    expect(() => evaluate({ 'Fn::Unknown': [] }, scope)).toThrow('the intrinsic function Fn::Unknown');
  });

  test('decides the order of resources, together with DependsOn and conditions', () => {
    const Resources = {
      A: { Type: 'T', Properties: { Name: { 'Fn::Sub': `x-\${C}` } }, DependsOn: 'B' },
      B: { Type: 'T', Properties: { Name: { 'Fn::GetAtt': ['D', 'Arn'] } } },
      C: { Type: 'T' },
      D: { Type: 'T' },
      E: { Type: 'T', Condition: 'No' },
    };
    const order = (resources: Record<string, { Type: string; DependsOn?: string }>) =>
      resourcesInOrder({ ...scope, template: { ...scope.template, Resources: resources } });
    expect(order(Resources)).toEqual(['D', 'B', 'C', 'A']);
    expect(() => order({ F: { Type: 'T', DependsOn: 'G' }, G: { Type: 'T', DependsOn: 'F' } })).toThrow(
      'Circular dependency between resources: [F, G, F]',
    );
  });
});

describe('a Region', () => {
  test.each([
    ['us-gov-west-1', 'arn:aws-us-gov:lambda:us-gov-west-1:210987654321:function:', 'amazonaws.com'],
    ['cn-north-1', 'arn:aws-cn:lambda:cn-north-1:210987654321:function:', 'amazonaws.com.cn'],
  ])('of another partition shows in ARNs and pseudo parameters: %s', async (region, arn, suffix) => {
    const cfn = fakeCloudFormation({ region, accountId: '210987654321' }, (template) => {
      template.Outputs.Id.Value = { 'Fn::Sub': `\${AWS::AccountId} \${AWS::URLSuffix}` } as never;
      return template;
    });
    started.push(cfn);
    const { outputs } = await cfn.createStack({ stackName: 'stack' });
    expect(outputs.Id).toBe(`210987654321 ${suffix}`);
    expect(outputs.FunctionArn).toContain(arn);
  });
});
