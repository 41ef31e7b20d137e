import { readFileSync } from 'node:fs';
import { readTemplate } from './template-text.ts';

/** A statement of a policy, everything as text for a table. */
export interface Statement {
  sid: string;
  effect: string;
  actions: string[];
  resources: string[];
  /** Such as `StringEquals aws:RequestTag/x = y`. */
  conditions: string[];
}

interface RawStatement {
  Sid: string;
  Effect: string;
  Action: string | (string | null)[];
  Resource: string | (string | null)[];
  Condition?: Record<string, Record<string, string | string[] | null>>;
}

/** The statements of a file under `policies/`. */
export function statementsOf(path: string): Statement[] {
  const { Statement } = JSON.parse(readFileSync(path, 'utf8')) as { Statement: RawStatement[] };
  return Statement.map(readable);
}

/** The statements of the function's role in a template; those with a condition of the template are taken as they are with it. */
export function functionStatements(templatePath: string): Statement[] {
  const { Resources } = readTemplate(templatePath) as {
    Resources: {
      BundleFunctionRole: { Properties: { Policies: { PolicyDocument: { Statement: RawStatement[] } }[] } };
    };
  };
  return Resources.BundleFunctionRole.Properties.Policies.flatMap(
    ({ PolicyDocument }) => PolicyDocument.Statement,
  ).map(readable);
}

function readable({ Sid, Effect, Action, Resource, Condition = {} }: RawStatement): Statement {
  return {
    sid: Sid,
    effect: Effect,
    actions: [Action].flat().filter((action) => action !== null),
    resources: [Resource]
      .flat()
      .filter((resource) => resource !== null)
      .map(short),
    conditions: Object.entries(Condition).flatMap(([operator, keys]) =>
      Object.entries(keys)
        .filter(([, value]) => value !== null)
        .map(
          ([key, value]) =>
            `${operator} ${key} = ${[value]
              .flat()
              .map((item) => short(String(item)))
              .join(' or ')}`,
        ),
    ),
  };
}

/** An ARN without what is the same everywhere: partition, Region and account. */
function short(arn: string): string {
  return arn
    .replace(/^arn:(\$\{AWS::Partition\}|<<Partition>>|\*):/, '')
    .replaceAll(/\$\{AWS::(Region|AccountId)\}/g, '');
}
