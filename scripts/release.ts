/**
 * What the release workflow needs besides building and testing:
 *
 *     node scripts/release.ts check v1.2.3      Says whether that tag can be released, and prints name=value lines
 *     node scripts/release.ts source FILE       Names the repository in a packaged template
 *     node scripts/release.ts sbom              Prints the software bill of materials, CycloneDX JSON
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { obstaclesToRelease, workflowOutputs } from './release/check.ts';
import { readRelease } from './release/release-json.ts';
import { ofProduct } from './release/sbom.ts';
import { withSource } from './release/source.ts';

const root = join(import.meta.dirname, '..');
const project = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const commands: Record<string, (argument: string) => void> = {
  check: (tag) => {
    const release = readRelease(root);
    const obstacles = obstaclesToRelease(release, project.version, tag);
    for (const obstacle of obstacles) console.error(`Not released: ${obstacle}`);
    if (obstacles.length > 0) process.exitCode = 1;
    else
      for (const [name, value] of Object.entries(workflowOutputs(release, project.version)))
        console.log(`${name}=${value}`);
  },
  source: (path) => {
    const { repositoryUrl } = readRelease(root);
    writeFileSync(path, withSource(readFileSync(path, 'utf8'), repositoryUrl ?? '', project.version));
  },
  sbom: () => {
    const whole = execFileSync('npm', ['sbom', '--package-lock-only', '--sbom-format=cyclonedx'], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    console.log(JSON.stringify(ofProduct(JSON.parse(whole), project, readRelease(root)), null, 2));
  },
};

const [name = '', argument = '(none)'] = process.argv.slice(2);
const command = commands[name];
if (command) command(argument);
else {
  console.error('Usage: node scripts/release.ts check TAG | source FILE | sbom');
  process.exitCode = 1;
}
