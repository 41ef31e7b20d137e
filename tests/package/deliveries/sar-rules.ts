import type { Json, JsonObject, Template, TemplateResource } from '../../../local/cloudformation/template.ts';

export type PackagedTemplate = Template & { Transform?: Json; Metadata?: Record<string, JsonObject> };

/**
 * What the Serverless Application Repository would refuse, or would make a user acknowledge beyond CAPABILITY_IAM and, as
 * Secrets Manager and EventBridge may call the function, CAPABILITY_RESOURCE_POLICY, as sentences. Where its documents leave open how far a rule reaches, it is taken to reach far.
 *
 * https://docs.aws.amazon.com/serverlessrepo/latest/devguide/serverlessrepo-publishing-applications.html
 */
export function sarFindings(template: PackagedTemplate): string[] {
  return [
    ...metadataFindings(template.Metadata?.['AWS::ServerlessRepo::Application'] ?? {}),
    ...(template.Transform === 'AWS::Serverless-2016-10-31' ? [] : ['Transform must be that of SAM alone.']),
    ...Object.entries(template.Resources).flatMap(([id, resource]) => resourceFindings(id, resource)),
  ];
}

const S3_URL = /^s3:\/\/[a-z0-9-]+\/\S+$/;
const WEB_URL = /^https:\/\/\S+$/;

/** Rule of each property of the metadata; those of `required` must be there. */
const metadataRules: Record<string, RegExp> = {
  Name: /^[a-zA-Z0-9-]{1,140}$/,
  Description: /^.{1,256}$/,
  Author: /^(?=.{1,127}$)[a-z0-9](([a-z0-9]|-(?!-))*[a-z0-9])?$/,
  SpdxLicenseId: /^[\w.+-]+$/,
  LicenseUrl: S3_URL,
  ReadmeUrl: S3_URL,
  SemanticVersion: /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[\w.-]+)?(\+[\w.-]+)?$/,
  HomePageUrl: WEB_URL,
  SourceCodeUrl: WEB_URL,
};
const required = [
  'Name',
  'Description',
  'Author',
  'SpdxLicenseId',
  'LicenseUrl',
  'ReadmeUrl',
  'SemanticVersion',
];

function metadataFindings({ Labels = [], ...texts }: JsonObject): string[] {
  const labels = Labels as string[];
  return [
    ...required.filter((name) => !(name in texts)).map((name) => `Metadata lacks ${name}.`),
    ...Object.entries(texts)
      .filter(([name, value]) => !metadataRules[name]?.test(String(value)))
      .map(([name]) => `Metadata: ${name} is not allowed, or not like this.`),
    ...(labels.length > 10 ? ['Metadata: more than ten labels.'] : []),
    ...labels
      .filter((label) => !/^[a-zA-Z0-9+\-_:/@]{1,127}$/.test(label))
      .map((label) => `Metadata: "${label}" is no label.`),
  ];
}

/** Types found in published applications, of those that this template could need. */
const types = [
  'AWS::Serverless::Function',
  'AWS::CloudWatch::Alarm',
  'AWS::DynamoDB::Table',
  'AWS::Events::Rule',
  'AWS::Lambda::Permission',
  'AWS::CloudFormation::CustomResource',
  'AWS::Logs::LogGroup',
  'AWS::IAM::Role',
];

function resourceFindings(id: string, { Type, Properties = {} }: TemplateResource): string[] {
  const findings = types.includes(Type)
    ? []
    : [`${id}: ${Type} is not known to be supported, or asks for more capabilities.`];
  if (Type === 'AWS::Serverless::Function' && !S3_URL.test(String(Properties.CodeUri)))
    findings.push(`${id}: its code is not in S3.`);
  if ('RoleName' in Properties) findings.push(`${id}: a name of its own asks for CAPABILITY_NAMED_IAM.`);
  if (JSON.stringify(Properties).includes('AWSLambda_FullAccess'))
    findings.push(`${id}: AWSLambda_FullAccess is refused.`);
  for (const statement of statementsIn(Properties)) {
    const actions = granted(statement).filter((action) => mayAttach(action));
    if (actions.length > 0 && resourcesOf(statement).some(isEverything))
      findings.push(`${id}: ${actions.join(', ')} on all resources is refused.`);
  }
  return findings;
}

/** All policy statements, also those that a condition includes. */
function statementsIn(value: Json): JsonObject[] {
  if (value === null || typeof value !== 'object') return [];
  if (Array.isArray(value)) return value.flatMap(statementsIn);
  return 'Effect' in value ? [value] : Object.values(value).flatMap(statementsIn);
}

function granted({ Effect, Action, NotAction }: JsonObject): string[] {
  if (Effect !== 'Allow') return [];
  return NotAction === undefined ? textsIn(Action ?? []) : ['*'];
}

/** Whether a pattern of actions covers one of those that the repository refuses. */
function mayAttach(pattern: string): boolean {
  const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i');
  return ['iam:AttachRolePolicy', 'iam:PutRolePolicy'].some((action) => expression.test(action));
}

function resourcesOf({ Resource, NotResource }: JsonObject): string[] {
  return NotResource === undefined ? textsIn(Resource ?? []) : ['*'];
}

/** `*`, and every ARN whose resource is nothing but wildcards behind the type. */
function isEverything(resource: string): boolean {
  return /^[*?]+$/.test(resource) || /(^|[:/])[*?]+$/.test(resource);
}

/** The texts in a value, those inside intrinsic functions too, but for the names of conditions. */
function textsIn(value: Json): string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return Object.entries(value).flatMap(([name, argument]) =>
    textsIn(name === 'Fn::If' ? (argument as Json[]).slice(1) : argument),
  );
}
