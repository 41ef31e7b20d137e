import type { Json, JsonObject, Template } from './template.ts';

/** What intrinsic functions can refer to while a template is evaluated. */
export interface Scope {
  template: Template;
  /** Parameters, pseudo parameters and resources by name. */
  ref(name: string): Json | undefined;
  attribute(logicalId: string, name: string): Json;
}

/** `undefined` stands for AWS::NoValue: the property that holds it is left out. */
type Value = Json | undefined;
type Intrinsic = (argument: Json, scope: Scope) => Value;

const intrinsics: Record<string, Intrinsic> = {
  Ref: (name, scope) => {
    if (name === 'AWS::NoValue') {
      return undefined;
    }
    return required(scope.ref(text(name)), `Ref of ${text(name)}, which is not in the template`);
  },
  'Fn::GetAtt': (argument, scope) => {
    const path = Array.isArray(argument) ? argument.map(text) : text(argument).split('.');
    return scope.attribute(path[0] ?? '', path.slice(1).join('.'));
  },
  'Fn::Sub': (argument, scope) => {
    const [template, own] = Array.isArray(argument) ? argument : [argument, {}];
    const variables = object(evaluate(own ?? {}, scope) ?? {});
    return text(template ?? '').replace(/\$\{(!?)([^}]+)\}/g, (_match, literal: string, name: string) => {
      if (literal) {
        return `\${${name}}`;
      }
      return text(variables[name] ?? reference(name.trim(), scope));
    });
  },
  'Fn::If': (argument, scope) => {
    const [name, yes, no] = list(argument);
    return evaluate((condition(text(name ?? ''), scope) ? yes : no) ?? null, scope);
  },
  'Fn::Join': (argument, scope) => {
    const [delimiter, items] = list(argument);
    return list(evaluate(items ?? [], scope) ?? [])
      .map(text)
      .join(text(delimiter ?? ''));
  },
  'Fn::Select': (argument, scope) => {
    const [index, items] = list(evaluate(argument, scope) ?? []);
    return required(
      list(items ?? [])[Number(index)],
      `Fn::Select of item ${index}, which is not in the list`,
    );
  },
  'Fn::Split': (argument, scope) => {
    const [delimiter, source] = list(evaluate(argument, scope) ?? []);
    return text(source ?? '').split(text(delimiter ?? ''));
  },
  'Fn::FindInMap': (argument, scope) => {
    const [map, top, second] = list(evaluate(argument, scope) ?? []).map(text);
    const found = scope.template.Mappings?.[map ?? '']?.[top ?? '']?.[second ?? ''];
    return required(found, `Fn::FindInMap of [${map}, ${top}, ${second}], which is not in Mappings`);
  },
  'Fn::Base64': (argument, scope) => Buffer.from(text(evaluate(argument, scope) ?? '')).toString('base64'),
  'Fn::Equals': (argument, scope) => {
    const [left, right] = list(evaluate(argument, scope) ?? []);
    return JSON.stringify(scalarsToStrings(left ?? '')) === JSON.stringify(scalarsToStrings(right ?? ''));
  },
  'Fn::Not': (argument, scope) => !list(argument).map((item) => evaluate(item, scope))[0],
  'Fn::And': (argument, scope) => list(argument).every((item) => evaluate(item, scope)),
  'Fn::Or': (argument, scope) => list(argument).some((item) => evaluate(item, scope)),
  'Fn::Contains': (argument, scope) => {
    const [items, item] = list(evaluate(argument, scope) ?? []);
    return list(items ?? [])
      .map(text)
      .includes(text(item ?? ''));
  },
  Condition: (name, scope) => condition(text(name), scope),
};

/**
 * Evaluates the intrinsic functions in a part of a template.
 *
 * @returns `undefined` if the part is AWS::NoValue.
 * @throws Error for a reference that leads nowhere, and for intrinsic functions that are not known here.
 */
export function evaluate(value: Json, scope: Scope): Value {
  if (Array.isArray(value)) {
    return value.map((item) => evaluate(item, scope)).filter((item) => item !== undefined);
  }
  if (value === null || typeof value !== 'object') {
    return value;
  }
  const [name, ...others] = Object.keys(value);
  const isIntrinsic =
    name !== undefined && others.length === 0 && (name in intrinsics || name.startsWith('Fn::'));
  // A policy document's "Condition" is an object; the intrinsic function's argument is a name.
  if (isIntrinsic && !(name === 'Condition' && typeof value[name] !== 'string')) {
    return required(intrinsics[name], `the intrinsic function ${name}, which is not known here`)(
      value[name] ?? null,
      scope,
    );
  }
  const entries = Object.entries(value).map(([key, item]) => [key, evaluate(item, scope)] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

/** The value of a condition of the template. */
export function condition(name: string, scope: Scope): boolean {
  const definition = required(
    scope.template.Conditions?.[name],
    `condition ${name}, which is not in Conditions`,
  );
  return evaluate(definition, scope) === true;
}

/** CloudFormation hands every scalar of a custom resource's properties over as a string: `"true"`, `"7"`. */
export function scalarsToStrings(value: Json): Json {
  if (Array.isArray(value)) {
    return value.map(scalarsToStrings);
  }
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, scalarsToStrings(item)]));
  }
  return value === null ? '' : String(value);
}

function reference(name: string, scope: Scope): Json {
  const [logicalId, ...attribute] = name.split('.');
  if (attribute.length > 0) {
    return scope.attribute(logicalId ?? '', attribute.join('.'));
  }
  return required(scope.ref(name), `Fn::Sub of ${name}, which is not in the template`);
}

function required<Part>(part: Part | undefined, what: string): Part {
  if (part === undefined) {
    throw new Error(`Template error: unresolved: ${what}`);
  }
  return part;
}

function text(value: Json): string {
  if (value !== null && typeof value === 'object') {
    throw new Error(`Template error: expected a string, found ${JSON.stringify(value)}`);
  }
  return String(value);
}

function list(value: Json): Json[] {
  if (!Array.isArray(value)) {
    throw new Error(`Template error: expected a list, found ${JSON.stringify(value)}`);
  }
  return value;
}

function object(value: Json): JsonObject {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new Error(`Template error: expected a map, found ${JSON.stringify(value)}`);
  }
  return value;
}
