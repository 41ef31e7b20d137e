import type { ColdStart } from './cold-start.ts';
import type { Cost } from './cost.ts';
import type { ExtrasResult } from './extras.ts';
import type { Goal } from './goals.ts';
import type { Growth } from './growth.ts';
import type { MemorySize } from './memory-sizes.ts';
import type { OperationResult } from './operations.ts';
import type { Weight } from './weight.ts';

/** The machine that a run was made on: absolute times are its own, ratios hardly. */
export interface Machine {
  cpu: string;
  cores: number;
  node: string;
  platform: string;
}

/** Everything that a run has measured. Times are in milliseconds. */
export interface Measurements {
  /** Day of the run. */
  date: string;
  machine: Machine;
  operations: OperationResult[];
  coldStarts: ColdStart[];
  weight: Weight;
  growth: Growth[];
  extras: ExtrasResult[];
  /** `MemorySize` of the template, in MB. */
  templateMemoryMb: number;
  memorySizes: MemorySize[];
  cost: Cost;
}

/** What `results.json` holds. */
export interface Results extends Measurements {
  goals: Goal[];
}
