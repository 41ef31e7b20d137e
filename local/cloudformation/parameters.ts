import type { Template, TemplateParameter } from './template.ts';
import { ValidationError } from './validation-error.ts';

export type ParameterValues = Record<string, string>;

/**
 * The values of all parameters of a template: those given, else the defaults.
 * Lists stay comma-separated strings here, as in the API.
 *
 * @throws ValidationError in CloudFormation's words for an unknown, missing or refused value.
 */
export function resolveParameters(template: Template, given: ParameterValues): ParameterValues {
  const declared = template.Parameters ?? {};
  const unknown = Object.keys(given).filter((name) => !(name in declared));
  if (unknown.length > 0) {
    throw new ValidationError(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  }
  const values: ParameterValues = {};
  const missing: string[] = [];
  for (const [name, parameter] of Object.entries(declared)) {
    const value = given[name] ?? parameter.Default;
    if (value === undefined) {
      missing.push(name);
    } else {
      values[name] = String(value);
    }
  }
  if (missing.length > 0) {
    throw new ValidationError(`Parameters: [${missing.join(', ')}] must have values`);
  }
  for (const [name, parameter] of Object.entries(declared)) {
    checkParameter(name, parameter, values[name] ?? '');
  }
  return values;
}

function checkParameter(name: string, parameter: TemplateParameter, value: string): void {
  const isList = parameter.Type === 'CommaDelimitedList' || parameter.Type.startsWith('List<');
  const isNumber = parameter.Type.includes('Number');
  for (const item of isList ? splitList(value) : [value]) {
    const broken = (isNumber && brokenNumberRule(parameter, item)) || brokenRule(parameter, item);
    if (broken) {
      throw new ValidationError(
        parameter.ConstraintDescription
          ? `Parameter ${name} failed to satisfy constraint: ${parameter.ConstraintDescription}`
          : `Parameter '${name}' must ${broken}`,
      );
    }
  }
}

function brokenNumberRule(parameter: TemplateParameter, value: string): string | undefined {
  const number = Number(value);
  if (value.trim() === '' || Number.isNaN(number)) {
    return 'be a number';
  }
  if (parameter.MinValue !== undefined && number < Number(parameter.MinValue)) {
    return `be a number not less than ${parameter.MinValue}`;
  }
  if (parameter.MaxValue !== undefined && number > Number(parameter.MaxValue)) {
    return `be a number not greater than ${parameter.MaxValue}`;
  }
  return undefined;
}

function brokenRule(parameter: TemplateParameter, value: string): string | undefined {
  if (parameter.AllowedValues && !parameter.AllowedValues.map(String).includes(value)) {
    return 'be one of AllowedValues';
  }
  if (parameter.MinLength !== undefined && value.length < Number(parameter.MinLength)) {
    return `contain at least ${parameter.MinLength} characters`;
  }
  if (parameter.MaxLength !== undefined && value.length > Number(parameter.MaxLength)) {
    return `contain at most ${parameter.MaxLength} characters`;
  }
  // CloudFormation matches the pattern against the whole value, anchored or not.
  if (
    parameter.AllowedPattern !== undefined &&
    !new RegExp(`^(?:${parameter.AllowedPattern})$`).test(value)
  ) {
    return `match pattern ${parameter.AllowedPattern}`;
  }
  return undefined;
}

/** What `Ref` of a parameter gives: a string, or the items of a list parameter. */
export function parameterReference(parameter: TemplateParameter, value: string): string | string[] {
  const isList = parameter.Type === 'CommaDelimitedList' || parameter.Type.startsWith('List<');
  return isList ? splitList(value) : value;
}

function splitList(value: string): string[] {
  return value === '' ? [] : value.split(',').map((item) => item.trim());
}
