/**
 * Prints the software bill of materials of what is shipped, as CycloneDX JSON: `npm sbom` of the lock file, without the
 * tools of development. (`npm sbom --omit=dev` loses packages of which another version is a tool under another name.)
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface Sbom {
  metadata: { component: { name: string; version: string } };
  components: { 'bom-ref': string; name: string; version: string; scope?: string }[];
  dependencies: { ref: string; dependsOn?: string[] }[];
}

/** The same without what is optional at run time: npm calls packages so that are needed for development alone. */
export function withoutTools(sbom: Sbom): Sbom {
  const tools = new Set(
    sbom.components.filter(({ scope }) => scope === 'optional').map((component) => component['bom-ref']),
  );
  return {
    ...sbom,
    components: sbom.components.filter((component) => !tools.has(component['bom-ref'])),
    dependencies: sbom.dependencies
      .filter(({ ref }) => !tools.has(ref))
      .map((dependency) => ({
        ...dependency,
        dependsOn: (dependency.dependsOn ?? []).filter((ref) => !tools.has(ref)),
      })),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const whole = execFileSync('npm', ['sbom', '--package-lock-only', '--sbom-format=cyclonedx'], {
    cwd: join(import.meta.dirname, '../..'),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  console.log(JSON.stringify(withoutTools(JSON.parse(whole)), null, 2));
}
