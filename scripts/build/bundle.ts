import { fileURLToPath } from 'node:url';
import { build, formatMessages, type Metafile } from 'esbuild';
import { compactErrors } from './compact-errors.ts';
import { packageVersions, replacedModules, withoutErrorClasses } from './replaced-modules.ts';

/** Root of the repository; esbuild names its inputs relative to it, so that the same source gives the same bytes anywhere. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** One JavaScript file for the Lambda runtime, and esbuild's account of what went into it. */
export interface Bundle {
  code: Uint8Array;
  metafile: Metafile;
}

/**
 * Bundles an entry point into one CommonJS file for nodejs24.x.
 *
 * @param entryPoint path from the repository's root, or absolute
 * @param sdk `inside`: the AWS SDK's clients are part of the file, at the version that was tested;
 * * @throws Error if a module is missing, if a stand-in for a part of the SDK no longer fits, or if esbuild warns of anything
 */
export async function bundle(entryPoint: string, sdk: 'inside' | 'runtime'): Promise<Bundle> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entryPoint],
    outfile: 'dist/index.js',
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    // The SDK's ES modules can be tree-shaken, its CommonJS ones cannot: 223 KB.
    mainFields: ['module', 'main'],
    // The SDK imports node:http at run time. As a require it does not go through Node's ES module loader, whose facade
    // of it loads all of fetch: 25 ms of CPU before the first call.
    supported: { 'dynamic-import': false },
    legalComments: 'none',
    metafile: true,
    logLevel: 'silent',
    ...(sdk === 'inside'
      ? {
          minify: true,
          charset: 'utf8',
          plugins: [replacedModules(), withoutErrorClasses(), compactErrors(), packageVersions()],
        }
      : { lineLimit: 120, charset: 'ascii', external: ['@aws-sdk/*'] }),
  });
  if (result.warnings.length > 0) {
    throw new Error((await formatMessages(result.warnings, { kind: 'warning' })).join('\n'));
  }
  const [file] = result.outputFiles;
  if (!file) throw new Error(`esbuild wrote nothing for ${entryPoint}.`);
  return { code: file.contents, metafile: result.metafile };
}
