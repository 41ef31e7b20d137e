import type { World } from './world.ts';

/** Who signs the call: the function's role, or an access key that the world holds. */
export type Caller = { accessKeyId: string; secretAccessKey: string };

/**
 * One AWS action: changes the world and returns the answer, or throws the SDK's error. It runs in one piece, as AWS
 * applies a call as a whole.
 */
export type Operation = (world: World, input: never, caller: Caller) => object;

export type Operations = Record<string, Operation>;
