import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { loadTemplate } from '../local/cloudformation/template.ts';
import { root } from '../scripts/build/bundle.ts';
import type { FunctionForm } from './function-process.ts';

const run = promisify(execFile);
const work = join(root, '.cache/bench');
const node = join(root, 'node_modules/node/bin/node');
const python = join(root, '.venv/bin/python');

/**
 * As Lambda starts Node.js in a function of 256 MB: heap and young generation bounded by its memory, so that garbage is
 * collected as early as there. The last lets a driver collect it by itself.
 */
const lambdaOptions = ['--max-old-space-size=230', '--max-semi-space-size=12', '--expose-gc'];

/** The forms in which functions are measured. */
export interface Forms {
  bundle: FunctionForm;
  unbundled: FunctionForm;
  inline: FunctionForm;
  peer: FunctionForm;
}

/** Builds every form from what is in the repository now, into `.cache/bench`; the provider's crhelper is installed once. */
export async function prepareForms(): Promise<Forms> {
  await mkdir(work, { recursive: true });
  await run(process.execPath, [join(root, 'scripts/build.ts')], { cwd: root, timeout: 120_000 });
  const built = join(work, 'bundle.cjs');
  const inline = join(work, 'inline.cjs');
  await copyFile(join(root, 'dist/index.js'), built);
  await writeFile(inline, await codeInTemplate());
  await translateSources();
  return {
    bundle: ofNode('bundle (dist/index.js)', built),
    unbundled: ofNode('same sources, unbundled', join(work, 'unbundled/src/index.js')),
    inline: ofNode('inline form', inline),
    peer: {
      name: 'crhelper provider',
      command: [python, join(root, 'bench/drivers/run_function.py'), join(root, 'bench/peers/provider.py')],
      environment: { PYTHONPATH: await installPeers() },
    },
  };
}

function ofNode(name: string, file: string): FunctionForm {
  const driver = join(root, 'bench/drivers/run-function.cjs');
  return { name, command: [node, ...lambdaOptions, driver, file], environment: {} };
}

async function codeInTemplate(): Promise<string> {
  const { Resources } = await loadTemplate(join(root, 'dist/rv-access-bundle.yaml'), 'us-east-1');
  const codes = Object.values(Resources).map(
    ({ Properties }) => (Properties?.Code as { ZipFile?: string } | undefined)?.ZipFile,
  );
  const code = codes.find((text) => text !== undefined);
  if (code === undefined)
    throw new Error('dist/rv-access-bundle.yaml holds no function with its code inside.');
  return code;
}

/** The sources file by file, as tsc would write them; packages are loaded from node_modules. */
async function translateSources(): Promise<void> {
  const outdir = join(work, 'unbundled');
  await rm(outdir, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: ['src/**/*.ts'],
    outdir: join(outdir, 'src'),
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node24',
    format: 'esm',
    logLevel: 'silent',
    plugins: [
      {
        name: 'file-by-file',
        setup({ onResolve }) {
          onResolve({ filter: /^\.\.?\/.*\.ts$/ }, ({ kind, path }) =>
            kind === 'entry-point' ? undefined : { path: path.replace(/\.ts$/, '.js'), external: true },
          );
        },
      },
    ],
  });
  await writeFile(join(outdir, 'package.json'), '{ "type": "module" }\n');
}

async function installPeers(): Promise<string> {
  const requirements = join(root, 'bench/peers/requirements.txt');
  const wanted = await readFile(requirements, 'utf8');
  const folder = join(work, 'peers');
  const stamp = join(folder, 'requirements.txt');
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === wanted) return folder;
  await rm(folder, { recursive: true, force: true });
  const options = ['--quiet', '--no-input', '--disable-pip-version-check', '--no-deps', '--target', folder];
  try {
    await run(python, ['-m', 'pip', 'install', ...options, '-r', requirements], { timeout: 120_000 });
  } catch (error) {
    throw new Error(
      'The provider to compare with needs crhelper, and pip could not install it. ' +
        `Is the Python package index reachable? Behind a proxy set HTTPS_PROXY, for a mirror PIP_INDEX_URL.\n${(error as Error).message}`,
    );
  }
  await writeFile(stamp, wanted);
  return folder;
}
