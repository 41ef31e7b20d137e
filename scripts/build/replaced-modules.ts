import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Modules of the AWS SDK that the function can never need, and what stands in for each; with `only`, where that package
 * is in the bundle. A stand-in is resolved as if it were written inside the package it replaces.
 */
const standIns: Record<string, { instead: string; only?: string }> = {
  // Lambda hands a function its credentials in environment variables. The default chain would bring
  // clients for SSO, STS and sign-in, readers of ~/.aws and the metadata service: 114 KB.
  '@aws-sdk/credential-provider-node': {
    instead: `export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';`,
  },
  // No call that the function makes streams events, but every protocol can: 20 KB.
  '@smithy/core/event-streams': {
    instead: `
      const refuse = () => { throw new Error('Event streams are left out of this bundle: see scripts/build/replaced-modules.ts.'); };
      export { refuse as EventStreamSerde, refuse as eventStreamSerdeProvider };`,
  },
  // DynamoDB's client remembers endpoints that it was told by DynamoDB, if somebody switches that on: 8 KB.
  '@aws-sdk/endpoint-cache': { instead: 'export class EndpointCache {}', only: '@aws-sdk/client-dynamodb' },
  // STS signs for all Regions at once if a further package is there, which the function never brings: 5 KB.
  '@aws-sdk/signature-v4-multi-region': {
    instead: `
      import { SignatureV4 } from '@smithy/signature-v4';
      export class SignatureV4MultiRegion extends SignatureV4 {
        static sigv4aDependency() { return 'none'; }
      }`,
    only: '@aws-sdk/client-sts',
  },
};

/**
 * esbuild plugin that swaps in the stand-ins above. The build fails if one of them is no longer asked for, so that
 * a new release of the SDK cannot bring the code back under another name unnoticed.
 */
export function replacedModules(): Plugin {
  return {
    name: 'replaced-modules',
    setup(build) {
      const wanted = new Set<string>();
      const isOriginal = Symbol('the original module');
      const names = new RegExp(`^(${Object.keys(standIns).join('|')})$`);

      build.onStart(() => wanted.clear());
      build.onResolve({ filter: names }, async ({ path, pluginData, ...from }) => {
        if (pluginData === isOriginal) return undefined;
        wanted.add(path);
        const original = await build.resolve(path, { ...from, pluginData: isOriginal });
        if (original.errors.length > 0) return { errors: original.errors };
        return { path, namespace: 'stand-in', pluginData: dirname(original.path) };
      });
      build.onLoad({ filter: /.*/, namespace: 'stand-in' }, ({ path, pluginData }) => ({
        contents: standIns[path]?.instead ?? '',
        resolveDir: pluginData as string,
      }));
      build.onEnd(({ errors, metafile = { inputs: {} } }) => {
        if (errors.length > 0) return {};
        const paths = Object.keys(metafile.inputs);
        const isInside = (name: string) => paths.some((path) => path.includes(`node_modules/${name}/`));
        const unwanted = Object.entries(standIns)
          .filter(([name, { only }]) => !wanted.has(name) && (!only || isInside(only)))
          .map(([name]) => name);
        return {
          errors: unwanted.map((name) => ({
            text: `Nothing imports ${name} any more: remove or rename its stand-in.`,
          })),
        };
      });
    },
  };
}

/** Clients whose errors have the name that the service sends. IAM and STS send another one, and need their classes. */
const plainlyNamed =
  /[\\/]@aws-sdk[\\/]client-(dynamodb|secrets-manager)[\\/]dist-es[\\/]schemas[\\/]schemas_0\.js$/;

/**
 * esbuild plugin that leaves out a class for every error of a service: 20 KB. An error without one has the class of all
 * errors of the service, and the same name and message. The build fails if a release of the SDK registers them otherwise.
 */
export function withoutErrorClasses(): Plugin {
  return {
    name: 'without-error-classes',
    setup(build) {
      build.onLoad({ filter: plainlyNamed }, async ({ path }) => {
        const text = await readFile(path, 'utf8');
        const contents = text.replace(/^n0_registry\.registerError\(.*\);$/gm, '');
        if (contents === text) return { errors: [{ text: `${path} registers no errors any more.` }] };
        return { contents };
      });
    },
  };
}

/** esbuild plugin that keeps of a package.json what the SDK reads of it: its version, for the User-Agent header. */
export function packageVersions(): Plugin {
  return {
    name: 'package-versions',
    setup(build) {
      build.onLoad({ filter: /[\\/]node_modules[\\/].*[\\/]package\.json$/ }, async ({ path }) => {
        const { version } = JSON.parse(await readFile(path, 'utf8'));
        return { contents: JSON.stringify({ version }), loader: 'json' };
      });
    },
  };
}
