/**
 * Whether an event matches a pattern of EventBridge, as far as the patterns of the pages go: fields are joined by "and", the
 * values of a list by "or", `$or`, `exists`, `prefix`, `suffix`, `wildcard`, `anything-but`.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */

type Json = string | number | boolean | null | undefined | Json[] | { [name: string]: Json };
export type Pattern = { [name: string]: Json };

/** @throws Error if the pattern has something that is not known here */
export function matches(pattern: Pattern, event: Json): boolean {
  return Object.entries(pattern).every(([name, wanted]) => {
    if (name === '$or') return (wanted as Pattern[]).some((part) => matches(part, event));
    const value = typeof event === 'object' && event !== null ? (event as Pattern)[name] : undefined;
    if (Array.isArray(wanted)) return wanted.some((one) => isOne(one, value));
    if (typeof wanted !== 'object' || wanted === null) throw new Error(`"${name}" must have a list.`);
    return matches(wanted, value);
  });
}

function isOne(wanted: Json, value: Json): boolean {
  if (typeof wanted !== 'object' || wanted === null) return wanted === value;
  const [[operator = '', operand] = [], ...more] = Object.entries(wanted);
  if (more.length > 0) throw new Error('More than one operator in one value.');
  if (operator === 'exists') return (value !== undefined) === operand;
  // An operator on a field matches only events that have the field.
  if (value === undefined) return false;
  if (operator !== 'anything-but') return fits(operator, String(operand), String(value));
  if (typeof operand !== 'object' || operand === null) return operand !== value;
  if (Array.isArray(operand)) return !operand.includes(value);
  const [[inner = '', given] = []] = Object.entries(operand);
  return ![given].flat().some((one) => fits(inner, String(one), String(value)));
}

function fits(operator: string, operand: string, value: string): boolean {
  switch (operator) {
    case 'prefix':
      return value.startsWith(operand);
    case 'suffix':
      return value.endsWith(operand);
    case 'wildcard': {
      const literal = operand.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
      return new RegExp(`^${literal.join('.*')}$`).test(value);
    }
    default:
      throw new Error(`"${operator}" is no operator that is known here.`);
  }
}
