import { fileURLToPath } from 'node:url';
import { startLambdaEndpoint } from '../lambda/endpoint.ts';
import { functionDirectory } from './function-directory.ts';
import type { Services } from './operation.ts';
import { startResponseServer } from './response-server.ts';
import type { LocalCloudFormationOptions } from './stack-input.ts';

const builtFunction = fileURLToPath(new URL('../../dist/index.js', import.meta.url));

export interface StartedServices extends Services {
  /** Ends all functions, running or not, and the servers. */
  close(): Promise<void>;
}

/** Starts what the stacks of an account and Region share, and tells the local AWS where their functions run. */
export async function startServices(
  options: LocalCloudFormationOptions,
  region: string,
  accountId: string,
): Promise<StartedServices> {
  const { aws, functionPath = builtFunction, eventFunction } = options;
  const responses = options.responses ?? (await startResponseServer());
  responses.reset();
  const services: Services = {
    functions: { byArn: new Map(), removed: [], policies: new Map(), roleKeys: new Map() },
    functionDefaults: {
      functionPath,
      // The function answers to https addresses only, and to this one.
      environment: {
        ...aws.env(region, accountId),
        RESPONSE_URL_ORIGIN: responses.origin,
        ...staleReads(),
        ...options.environment,
      },
    },
    responses,
    addRole: aws.addRole,
    running: new Set(),
    invocations: [],
  };
  const endpoint = await startLambdaEndpoint(functionDirectory(services, options));
  const place = { accountId, region, url: endpoint.url };
  await aws.addFunctions?.(place);
  return {
    ...services,
    close: async () => {
      const { functions } = services;
      for (const target of [...functions.byArn.values(), ...functions.removed]) {
        if (target !== eventFunction) target.stop();
      }
      // The local AWS may have been stopped before.
      await aws.removeFunctions?.(place).catch(() => {});
      await Promise.all([endpoint.close(), responses !== options.responses && responses.close()]);
    },
  };
}

/** For how long the functions believe that a read may be stale, in seconds, where the local AWS is known to be on its easy day. */
function staleReads(): Record<string, string> {
  const { LOCAL_STALE_READS_SECONDS: seconds } = process.env;
  return seconds ? { STALE_READS_SECONDS: seconds } : {};
}
