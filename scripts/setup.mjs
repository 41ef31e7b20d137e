/**
 * Installs what the repository needs, into the repository alone: the npm packages (Node 24 among them) into
 * node_modules and the Python tools (moto, SAM, cfn-lint) into .venv. Called by `npm start` and `npm test` every time,
 * so it only looks when there is nothing to do. Runs before anything is installed: plain JavaScript, Node 20, no packages.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const venv = join(root, '.venv');
const venvPython = join(venv, 'bin', 'python');

/** The command that is running, to be stopped when this process is. */
let child;

/** What a user can do something about: shown as it is, without a stack. */
class SetupError extends Error {}

try {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    throw new SetupError(
      `Node ${process.versions.node} is too old. Install Node 20 or newer: https://nodejs.org`,
    );
  }
  if (!npmPackagesAreRight() || !pythonToolsAreRight()) await whileAlone(install);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}

async function install() {
  // Looked at again, because another set-up may have done the work while this one waited.
  if (!npmPackagesAreRight()) await installNpmPackages();
  if (!pythonToolsAreRight()) await installPythonTools();
}

/** npm writes node_modules/.package-lock.json as its last step, so what it lists is complete. */
function npmPackagesAreRight() {
  const installedList = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedList) || !existsSync(join(root, 'node_modules', '.bin', 'node'))) return false;
  const installed = JSON.parse(readFileSync(installedList, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true;
    // Optional packages are those of other operating systems and processors.
    return path in installed ? installed[path].version === version : optional === true;
  });
}

async function installNpmPackages() {
  // Without node_modules/.bin, npm does not run under the very Node that it is about to replace.
  const path = process.env.PATH.split(delimiter).filter(
    (folder) => !folder.endsWith(join('node_modules', '.bin')),
  );
  await run('Installing npm packages', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    env: { ...process.env, PATH: path.join(delimiter) },
    advice:
      'Is the npm registry reachable? Behind a proxy set HTTPS_PROXY, for a mirror run: npm config set registry URL',
  });
}

/** The stamp is written last. It names the folder too, because the scripts of a .venv that was moved no longer start. */
function pythonStamp() {
  const requirements = readFileSync(join(root, 'requirements.txt'));
  return `${root}\n${createHash('sha256').update(requirements).digest('hex')}\n`;
}

function pythonToolsAreRight() {
  const stamp = join(venv, '.stamp');
  return existsSync(venvPython) && existsSync(stamp) && readFileSync(stamp, 'utf8') === pythonStamp();
}

async function installPythonTools() {
  rmSync(venv, { recursive: true, force: true });
  await run('Creating the Python environment .venv', findPython(), ['-m', 'venv', venv], {
    advice: 'On Debian and Ubuntu the module needs a package of its own: apt install python3-venv',
  });
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', '--no-deps'];
  await run(
    'Installing Python tools (a minute or two)',
    venvPython,
    [...pip, '-r', join(root, 'requirements.txt')],
    {
      advice:
        'Is the Python package index reachable? Behind a proxy set HTTPS_PROXY, for a mirror set PIP_INDEX_URL.',
    },
  );
  writeFileSync(join(venv, '.stamp'), pythonStamp());
}

/** The first Python that is new enough for the tools and can create environments. */
function findPython() {
  const look = 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2])';
  const found = [];
  for (const name of ['python3.13', 'python3.12', 'python3.11', 'python3', 'python']) {
    const version = spawnSync(name, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], {
      encoding: 'utf8',
    });
    if (version.status !== 0) continue;
    const [major, minor] = version.stdout.trim().split('.').map(Number);
    if (major < 3 || minor < 11) found.push(`${name} is ${version.stdout.trim()}`);
    else if (spawnSync(name, ['-c', look]).status !== 0)
      found.push(`${name} has no venv module (apt install ${name}-venv)`);
    else return name;
  }
  throw new SetupError(
    `Python 3.11 or newer, with its venv module, is needed for the local AWS (moto) and the SAM tools.\n` +
      (found.length > 0 ? `Found: ${found.join('; ')}.\n` : 'None was found.\n') +
      'Install it: https://www.python.org/downloads, or on Debian and Ubuntu: apt install python3 python3-venv',
  );
}

/** Runs a command, shows one line about it, and its output only when it fails. */
async function run(what, command, args, { advice, env = process.env }) {
  const start = Date.now();
  console.error(`${what} …`);
  const output = [];
  const code = await new Promise((resolve) => {
    child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
    child.on('error', (error) => resolve(error.message));
    child.on('close', resolve);
  });
  if (code !== 0) {
    const lines = Buffer.concat(output).toString().trim().split('\n');
    const telling = lines.length > 24 ? [...lines.slice(0, 12), '[…]', ...lines.slice(-12)] : lines;
    throw new SetupError(
      `${telling.join('\n')}\n\n${what} failed (${[command, ...args].join(' ')}: ${code}).\n${advice}`,
    );
  }
  console.error(`${what}: done in ${Math.round((Date.now() - start) / 1000)} s.`);
}

/** Holds a lock while it works, so that two commands started at once in a fresh clone do not install over each other. */
async function whileAlone(work) {
  const lock = join(root, '.cache', 'setup.lock');
  mkdirSync(join(root, '.cache'), { recursive: true });
  for (let told = false; !take(lock); told = true) {
    if (!told) console.error(`Waiting for another set-up to finish (if there is none, delete ${lock}) …`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const release = () => rmSync(lock, { force: true });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => {
      child?.kill();
      release();
      process.exit(1);
    });
  }
  try {
    await work();
  } finally {
    release();
  }
}

/** True if the lock is now ours. A lock whose process is gone, killed before it could clear up, counts for nothing. */
function take(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0);
  } catch (error) {
    // EPERM: the process lives, under another user.
    if (error.code === 'EPERM') return false;
    rmSync(lock, { force: true });
    return take(lock);
  }
  return false;
}
