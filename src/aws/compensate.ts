import { log } from '../log.ts';

/** Runs what cleans up after a failure. The failure is what the user is told, so what the clean-up throws goes to the log. */
export async function tryTo<T>(compensate: () => Promise<T>): Promise<T | undefined> {
  try {
    return await compensate();
  } catch (error) {
    log({ level: 'warning', compensation: (error as Error).message });
    return undefined;
  }
}
