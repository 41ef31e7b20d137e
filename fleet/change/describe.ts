import type { Plan } from './plan.ts';
import type { StackSetState } from './stack-set.ts';

/** What a plan would do, for people: what is changed, what is not, and who comes when. */
export function describePlan(
  set: StackSetState,
  plan: Plan,
  given: Record<string, string>,
  alone: boolean,
): string {
  const changes = Object.entries(given).map(([key, value]) => {
    const now = set.parameters[key] ?? set.declared[key]?.Default ?? '';
    return alone
      ? `  ${key}: ${value}, for these accounts alone`
      : `  ${key}: ${now || '(empty)'} -> ${value}`;
  });
  const kept = Object.keys(set.parameters).filter((key) => !(key in given)).length;
  const waves = plan.waves.map(({ instances }, index) => {
    const names = instances.slice(0, 3).map(({ account }) => account);
    const more = instances.length > 3 ? `, and ${instances.length - 3} more` : '';
    return `  wave ${index + 1}: ${counted(instances.length)} (${names.join(', ')}${more})`;
  });
  return [
    `Stack set ${set.name.StackSetName}:`,
    ...changes,
    kept === 1 ? '  1 other parameter keeps its value.' : `  ${kept} other parameters keep their values.`,
    ...waves,
    ...plan.overriding.map(
      ({ account, overrides }) =>
        `  ${account} has a value of its own (${Object.keys(given)
          .filter((key) => key in overrides)
          .map((key) => `${key}=${overrides[key]}`)
          .join(', ')}), and is given the new one as its own.`,
    ),
    ...plan.leftOut.map(({ account, status }) => `  ${account} is ${status}: StackSets leaves it out.`),
  ].join('\n');
}

export const counted = (count: number): string => `${count} ${count === 1 ? 'account' : 'accounts'}`;
