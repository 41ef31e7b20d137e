import type { Instance, StackSetState } from './stack-set.ts';

/** Parameters of one call: a value that is given, or the one that is there. */
export type Values = Record<string, string | 'UsePreviousValue'>;

/** One operation of StackSets. */
export interface Operation {
  /** `set`: the value of the whole stack set; `override`: the own value of some instances. */
  kind: 'set' | 'override';
  /** The instances that it is meant for. */
  instances: Instance[];
  /** Whether it goes to every instance of the stack set, also those that have the values already. */
  toAll: boolean;
  given: Record<string, string>;
  /** Keys of what keeps its value. */
  kept: string[];
}

export interface Wave {
  instances: Instance[];
  operations: Operation[];
}

export interface Plan {
  waves: Wave[];
  /** Instances that StackSets leaves out of every operation. */
  leftOut: Instance[];
  /** Instances that had an own value of a parameter that is changed, and get the new one as their own. */
  overriding: Instance[];
}

export interface Wanted {
  /** The new values for the stack set; with `of`, for an instance that has own values. */
  values: (own: Record<string, string>) => Record<string, string>;
  /** Sizes of the waves: a number of accounts, a share of all (`10%`), or the `rest`. */
  sizes: string[];
  /** Only these accounts, as values of their own; empty: all. */
  only: string[];
  /** The account to begin with; empty: the first. */
  first: string;
}

/** What is changed where, and in which order: data, nothing is called. */
export function makePlan(set: StackSetState, { values, sizes, only, first }: Wanted): Plan {
  const inReach = set.instances.filter(
    ({ status }) => !/^(INOPERABLE|SKIPPED_SUSPENDED_ACCOUNT)$/.test(status),
  );
  const chosen = inReach
    .filter(({ account }) => only.length === 0 || only.includes(account))
    .toSorted((a, b) => Number(b.account === first) - Number(a.account === first));
  const changed = Object.keys(values({}));
  const overrides = ({ overrides: own }: Instance) => changed.some((key) => key in own);
  const waves = split(chosen, sizes).map((instances, index, all) => {
    const inheriting = only.length > 0 ? [] : instances.filter((instance) => !overrides(instance));
    const toAll = only.length === 0 && index === all.length - 1;
    const others = instances.filter((instance) => !inheriting.includes(instance));
    const setOperations = inheriting.length > 0 || toAll ? setOperation(set, values, inheriting, toAll) : [];
    return { instances, operations: [...setOperations, ...overrideOperations(others, values)] };
  });
  return {
    waves,
    leftOut: set.instances.filter((instance) => !inReach.includes(instance)),
    overriding: only.length > 0 ? [] : chosen.filter(overrides),
  };
}

/** The instances of each wave. Sizes count from where the wave before ended. */
function split(instances: Instance[], sizes: string[]): Instance[][] {
  const waves: Instance[][] = [];
  let from = 0;
  for (const size of sizes) {
    const share = /^\d+%$/.test(size)
      ? Math.ceil((instances.length * Number.parseInt(size, 10)) / 100)
      : Number(size);
    const to = size === 'rest' ? instances.length : Math.min(instances.length, from + share);
    if (to > from) waves.push(instances.slice(from, to));
    from = to;
  }
  return waves;
}

/** A parameter that is not named would go back to its default. */
function setOperation(
  set: StackSetState,
  values: Wanted['values'],
  instances: Instance[],
  toAll: boolean,
): Operation[] {
  const given = values({});
  const kept = Object.keys(set.parameters).filter((key) => !(key in given));
  const whole = (part: Instance[]): Operation => ({ kind: 'set', instances: part, toAll, given, kept });
  return toAll ? [whole(instances)] : byRegion(instances).map(whole);
}

/**
 * An instance's own values are set as one list: what the list leaves out goes back to the stack set's value. So instances
 * with the same list go together.
 */
function overrideOperations(instances: Instance[], values: Wanted['values']): Operation[] {
  const listOf = ({ overrides: own }: Instance) => {
    const given = values(own);
    return { given, kept: Object.keys(own).filter((key) => !(key in given)) };
  };
  const groups = Map.groupBy(instances, (instance) => JSON.stringify([instance.region, listOf(instance)]));
  return [...groups.values()].map((group) => {
    const list = group[0] ? listOf(group[0]) : { given: {}, kept: [] };
    return { kind: 'override', instances: group, toAll: false, ...list };
  });
}

const byRegion = (instances: Instance[]): Instance[][] => [
  ...Map.groupBy(instances, ({ region }) => region).values(),
];
