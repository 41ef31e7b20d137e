import type { Aws } from '../aws/clients.ts';
import { codeOf } from '../aws/error-codes.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { CallError } from '../errors.ts';
import type { LedgerState } from '../ledger/state.ts';
import { findCloudAccount } from '../redis-cloud/cloud-account.ts';
import { RedisCloudError } from '../redis-cloud/errors.ts';
import { keysAtRedis } from '../redis-cloud/registration.ts';
import type { Finding } from './drift.ts';
import { connectTo } from './registration.ts';

/**
 * Looks at the cloud account, if the bundle is to be registered at Redis Cloud; without that nothing is asked.
 *
 * @returns also the id of the access key that Redis shows, as it shows it: perhaps masked
 */
export async function lookAtRegistration(
  aws: Aws,
  { properties, secret }: Bundle,
  { registration }: LedgerState,
): Promise<{ findings: Finding[]; isActive?: boolean; shownKey?: string }> {
  if (!properties.RedisCloudApiSecretArn) return { findings: [] };
  const { name } = secret.fixed;
  const told = (differences: string[]) =>
    differences.map((difference) => ({ resource: 'cloud account', name, difference }));
  const known = registration?.known;
  if (!known?.cloudAccountId) return { findings: told(['it is not registered']), isActive: false };
  try {
    const seen = await findCloudAccount(await connectTo(aws, properties.RedisCloudApiSecretArn), known);
    if (!seen) return { findings: told(['it is gone from Redis Cloud']), isActive: false };
    const isActive = seen.status === 'active';
    const { accessKeyId: shown = '' } = seen;
    const keys = keysAtRedis(known);
    // One that is masked tells nothing.
    const hasKey = !/^\w+$/.test(shown) || keys.includes(shown);
    return {
      isActive,
      shownKey: shown,
      findings: told([
        ...(isActive ? [] : [`its status is ${seen.status} and should be active`]),
        ...(seen.name === name ? [] : [`its name is ${seen.name} and should be ${name}`]),
        ...(hasKey ? [] : [`it has the access key ${shown} and should have ${keys.join(' or ')}`]),
      ]),
    };
  } catch (error) {
    if (!(error instanceof RedisCloudError)) throw error;
    // AWS's words have the request's id in them, and a finding must read the same at a second look.
    const why =
      error.cause instanceof CallError
        ? `, as ${error.cause.action} for RedisCloudApiSecretArn was answered with ${codeOf(error.cause)}`
        : `. ${error.message}`;
    return { findings: told([`it could not be looked at${why}`]) };
  }
}
