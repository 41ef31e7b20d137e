import { beginRotation, type Step } from '../support/rotation.ts';
import type { Request } from './stack.ts';
import type { Story } from './story.ts';

/** The id of the version that a rotation makes. */
export const tokenOf = (word: string | number) => `rotation-${String(word).padStart(55, '0')}`;

/** A step, as Secrets Manager sends it: before the first one it has given its version the label. */
export function stepOf({ place: { aws } }: Story, Step: Step, token: string, secretName: string): Request {
  const secret = aws.secrets[secretName];
  if (secret && !secret.deletion && Step === 'createSecret') beginRotation(secret, token);
  const event = { Step, SecretId: secret?.arn, ClientRequestToken: token };
  return { name: Step, event: event as never };
}
