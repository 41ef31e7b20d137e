import { evaluate, type Scope } from './intrinsics.ts';
import { ValidationError } from './validation-error.ts';

/** @throws ValidationError with the assertion's description if a rule of the template does not hold. */
export function checkRules(scope: Scope): void {
  for (const [name, rule] of Object.entries(scope.template.Rules ?? {})) {
    if (rule.RuleCondition !== undefined && !evaluate(rule.RuleCondition, scope)) {
      continue;
    }
    for (const { Assert, AssertDescription } of rule.Assertions) {
      if (!evaluate(Assert, scope)) {
        throw new ValidationError(`Template error: Rule ${name} failed: ${AssertDescription ?? 'assertion'}`);
      }
    }
  }
}
