import { UsageError } from '../usage-error.ts';
import type { StackSetState } from './stack-set.ts';

/**
 * Finds a wrong name or value before anything is touched.
 *
 * @throws UsageError in the words of the stack set's own template
 */
export function checkValues({ declared }: StackSetState, values: Record<string, string>): void {
  for (const [key, value] of Object.entries(values)) {
    const parameter = declared[key];
    if (!parameter) throw new UsageError(`The stack set's template has no parameter ${key}.`);
    const { AllowedValues, AllowedPattern, ConstraintDescription } = parameter;
    const fits =
      (!AllowedValues || AllowedValues.map(String).includes(value)) &&
      (!AllowedPattern || new RegExp(`^(?:${AllowedPattern})$`).test(value));
    if (!fits) throw new UsageError(`${key} "${value}" ${ConstraintDescription ?? 'is not allowed'}.`);
  }
}
