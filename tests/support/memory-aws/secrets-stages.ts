import type { Secret } from './secrets-state.ts';

export const CURRENT = 'AWSCURRENT';
export const PREVIOUS = 'AWSPREVIOUS';

/** The version that a staging label sits on; a label sits on one at most. */
export function staged(secret: Secret, label: string): string | undefined {
  return Object.keys(secret.versions).find((id) => secret.versions[id]?.stages.includes(label));
}

export function unstage(secret: Secret, label: string): void {
  for (const version of Object.values(secret.versions)) {
    version.stages = version.stages.filter((each) => each !== label);
  }
}

/** Moves a label; where AWSCURRENT was, AWSPREVIOUS goes by itself. */
export function stage(secret: Secret, label: string, versionId: string): void {
  const before = staged(secret, label);
  if (before === versionId) return;
  unstage(secret, label);
  secret.versions[versionId]?.stages.push(label);
  if (label === CURRENT && before !== undefined) {
    unstage(secret, PREVIOUS);
    secret.versions[before]?.stages.push(PREVIOUS);
  }
}
