import type { Secret } from './memory-aws/secrets-state.ts';

/** What Secrets Manager does before the first step of a rotation: a version without a value gets the label AWSPENDING. */
export function beginRotation(secret: Secret, token: string): void {
  if (secret.versions[token]) return;
  for (const version of Object.values(secret.versions))
    version.stages = version.stages.filter((label) => label !== 'AWSPENDING');
  secret.versions[token] = { value: '', stages: ['AWSPENDING'], createdAt: Date.now() };
}
