export interface Statement {
  Sid?: string;
  Effect: string;
  Action: string | string[];
  Resource?: string | string[];
  Principal?: Record<string, string>;
  Condition?: Record<string, Record<string, string>>;
}

export interface PolicyDocument {
  Version: string;
  Statement: Statement[];
}

/** One row per (effect, action, resource, condition), in a fixed order: what a document grants, however it is laid out. */
export function grants(document: PolicyDocument): string[] {
  return document.Statement.flatMap(({ Effect, Action, Resource = '', Condition }) =>
    [Action]
      .flat()
      .flatMap((action) => [Resource].flat().map((resource) => grant(Effect, action, resource, Condition))),
  ).sort();
}

export function grant(effect: string, action: string, resource: string, condition?: object): string {
  return [effect, action, resource, condition ? JSON.stringify(condition) : 'always'].join(' | ');
}
