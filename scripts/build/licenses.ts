import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/**
 * The licence texts of every package of which code ended up in the bundle, each text once, under the packages it covers.
 * Minifying drops the comments that carry them, and the licences ask that the texts travel with copies.
 *
 * @param root folder that the metafile's paths start from
 * @throws Error if a bundled package comes without a licence text
 */
export async function thirdPartyLicenses(metafile: Metafile, root: string): Promise<string> {
  const packagesByText = new Map<string, string[]>();
  for (const folder of bundledPackages(metafile)) {
    const { name, version, license } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
    const text = await licenseText(join(root, folder), license);
    if (!text)
      throw new Error(`${name} ${version} (${license}) is bundled, but no licence text was found in it.`);
    packagesByText.set(text, [...(packagesByText.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const parts = [...packagesByText].map(([text, packages]) => `${packages.join('\n')}\n\n${text}\n`);
  return `index.js contains code of the following packages.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

/** Folders of the packages that gave at least one byte, sorted. */
export function bundledPackages(metafile: Metafile): string[] {
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  const folders = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1])
    .filter((folder) => folder !== undefined);
  return [...new Set(folders)].sort();
}

/** The package's licence file; without one, what its README says about the licence, with the words of that licence. */
async function licenseText(folder: string, license: string): Promise<string | undefined> {
  const file = (await readdir(folder)).sort().find((name) => /^licen[cs]e(\.|$)/i.test(name));
  if (file) return plain(await readFile(join(folder, file), 'utf8'));
  const readme = plain(await readFile(join(folder, 'README.md'), 'utf8'));
  const [, notice] = /^## Licen[cs]e\n+([^#]+)/m.exec(readme) ?? [];
  return notice && license === 'MIT' ? `${notice.trim()}\n\n${plain(mitPermission)}` : undefined;
}

function plain(text: string): string {
  return text.replaceAll('\r\n', '\n').trim();
}

const mitPermission = `
Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`;
