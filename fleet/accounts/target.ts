/** Where a bundle's stack is. */
export interface Target {
  account: string;
  region: string;
  /** Id or name of the stack; empty if a stack set has none there. */
  stack: string;
  /** How the stack set sees it (`SUCCEEDED`, `INOPERABLE` …), and why; empty without one. */
  instance: string;
  reason: string;
}

/** Names a target among others. */
export const keyOf = ({ account, region, stack }: Pick<Target, 'account' | 'region' | 'stack'>): string =>
  [account, region, stack].join(' ');
