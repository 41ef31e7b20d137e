import type { Release } from './release-json.ts';

/** What is read and changed here of a software bill of materials in CycloneDX. */
export interface Sbom {
  metadata: { component: Record<string, unknown> };
  components: { 'bom-ref': string; name: string; version: string; scope?: string }[];
  dependencies: { ref: string; dependsOn?: string[] }[];
}

interface Project {
  name: string;
  version: string;
  description: string;
}

/**
 * npm's bill of materials of the lock file, as that of the product: under its name instead of the folder's, with where it
 * comes from, and without the tools of development. (`npm sbom --omit=dev` loses packages of which another version is a
 * tool under another name.)
 */
export function ofProduct(sbom: Sbom, { name, version, description }: Project, release: Release): Sbom {
  const { repositoryUrl } = release;
  return {
    ...withoutTools(sbom),
    metadata: {
      ...sbom.metadata,
      component: {
        ...sbom.metadata.component,
        type: 'application',
        name,
        version,
        description,
        ...(repositoryUrl && { externalReferences: [{ type: 'vcs', url: repositoryUrl }] }),
      },
    },
  };
}

/** npm calls packages optional that are needed for development alone. */
function withoutTools(sbom: Sbom): Sbom {
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
