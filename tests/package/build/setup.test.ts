import { spawn } from 'node:child_process';
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { root } from '../../../scripts/build/bundle.ts';

const lockFile = JSON.stringify({
  packages: {
    '': {},
    'node_modules/node': { version: '24.0.0' },
    'node_modules/for-windows': { version: '1.0.0', optional: true },
  },
});
const installedList = JSON.stringify({ packages: { 'node_modules/node': { version: '24.0.0' } } });

/** npm and Python that only say what they were asked for, and leave behind what setup looks at. */
const npm = `echo "npm $1" >> log; sleep 0.2; mkdir -p node_modules/.bin; : > node_modules/.bin/node
  echo '${installedList}' > node_modules/.package-lock.json`;
const venvPython = `[ "$2" = pip ] && echo "pip $3" >> log; exit 0`;
const python = (version: string) => `case "$2" in
    *print*) echo ${version};;
    venv) echo "venv" >> log; mkdir -p "$3/bin"; cp ./venv-python "$3/bin/python";;
  esac`;

let folder: string;
let bin: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'setup-')));
  bin = join(folder, 'system-bin');
  await mkdir(bin);
  await cp(join(root, 'scripts/setup.mjs'), join(folder, 'scripts/setup.mjs'));
  await writeFile(join(folder, 'package-lock.json'), lockFile);
  await writeFile(join(folder, 'requirements.txt'), 'moto==5\n');
  await writeFile(join(folder, 'log'), '');
  await script(join(folder, 'venv-python'), venvPython);
  await script(join(bin, 'npm'), npm);
  for (const tool of ['sleep', 'mkdir', 'cp']) await symlink(`/bin/${tool}`, join(bin, tool));
});
afterEach(() => rm(folder, { recursive: true }));

async function script(path: string, body: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
}

/** Runs the set-up where nothing but the tools in `system-bin` is found. */
function setup(cwd = folder): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['scripts/setup.mjs'], {
      cwd,
      env: { PATH: join(cwd, 'system-bin') },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('close', (code) => resolve({ code, output }));
  });
}

const calls = async (cwd = folder) => (await readFile(join(cwd, 'log'), 'utf8')).trim().split('\n');

describe('setup', () => {
  test('installs npm packages and Python tools, and the second time does and says nothing', async () => {
    await script(join(bin, 'python3'), python('3.12'));
    expect((await setup()).code).toBe(0);
    expect(await calls()).toEqual(['npm ci', 'venv', 'pip install']);
    expect(await setup()).toEqual({ code: 0, output: '' });
    expect(await calls()).toEqual(['npm ci', 'venv', 'pip install']);
  });

  test('installs again what another lock file, other requirements or another place of the folder ask for', async () => {
    await script(join(bin, 'python3'), python('3.12'));
    await setup();
    await writeFile(join(folder, 'log'), '');
    await writeFile(join(folder, 'package-lock.json'), lockFile.replace('24.0.0', '24.1.0'));
    await script(join(bin, 'npm'), npm.replace('24.0.0', '24.1.0'));
    await setup();
    expect(await calls()).toEqual(['npm ci']);

    await writeFile(join(folder, 'log'), '');
    await writeFile(join(folder, 'requirements.txt'), 'moto==6\n');
    await setup();
    expect(await calls()).toEqual(['venv', 'pip install']);

    await writeFile(join(folder, 'log'), '');
    const moved = `${folder}-moved`;
    await rename(folder, moved);
    await setup(moved);
    const callsAfterMove = await calls(moved);
    await rename(moved, folder);
    expect(callsAfterMove).toEqual(['venv', 'pip install']);
  });

  test('installs once when it is started twice at the same time', async () => {
    await script(join(bin, 'python3'), python('3.12'));
    const codes = (await Promise.all([setup(), setup()])).map(({ code }) => code);
    expect(codes).toEqual([0, 0]);
    expect(await calls()).toEqual(['npm ci', 'venv', 'pip install']);
  });

  test('does not wait for a set-up that was killed', async () => {
    await script(join(bin, 'python3'), python('3.12'));
    await mkdir(join(folder, '.cache'));
    await writeFile(join(folder, '.cache', 'setup.lock'), '2147483646');
    const { code, output } = await setup();
    expect(code).toBe(0);
    expect(output).not.toContain('Waiting');
  });

  test('starts from the beginning after it was interrupted half way', async () => {
    await script(join(bin, 'python3'), python('3.12'));
    await script(join(folder, 'venv-python'), 'exit 1');
    expect((await setup()).code).toBe(1);
    await script(join(folder, 'venv-python'), venvPython);
    await writeFile(join(folder, 'log'), '');
    expect((await setup()).code).toBe(0);
    expect(await calls()).toEqual(['venv', 'pip install']);
  });

  test('prefers the Pythons that the tools are known to work with', async () => {
    await script(join(bin, 'python3'), 'echo 3.99');
    await script(join(bin, 'python3.13'), 'exit 127');
    await script(join(bin, 'python3.12'), python('3.12'));
    expect((await setup()).code).toBe(0);
  });

  test('says what was found and what to install when there is no Python that will do', async () => {
    await script(join(bin, 'python3'), 'echo 3.9');
    await script(join(bin, 'python3.12'), 'case "$2" in *ensurepip*) exit 1;; esac; echo 3.12');
    const { code, output } = await setup();
    expect(code).toBe(1);
    expect(output).toContain('Python 3.11 or newer, with its venv module, is needed');
    expect(output).toContain('python3.12 has no venv module (apt install python3.12-venv); python3 is 3.9');
    expect(output).toContain('apt install python3 python3-venv');
    expect(output).not.toContain('    at ');
  });

  test('shows what npm said and what to do when the registry cannot be reached', async () => {
    await script(join(bin, 'npm'), 'echo "npm error code ECONNREFUSED" >&2; exit 1');
    const { code, output } = await setup();
    expect(code).toBe(1);
    expect(output).toContain('npm error code ECONNREFUSED');
    expect(output).toContain('Is the npm registry reachable? Behind a proxy set HTTPS_PROXY');
    expect(await setup()).toMatchObject({ code: 1 });
  });
});
