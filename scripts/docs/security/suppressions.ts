import { readTemplate } from './template-text.ts';

/** A finding of a linter that a template suppresses, with the reason that stands beside it. */
export interface Suppression {
  resource: string;
  tool: 'checkov' | 'cfn-lint';
  check: string;
  reason: string;
}

interface Metadata {
  checkov?: { skip?: { id: string; comment?: string }[] };
  'cfn-lint'?: { config?: { ignore_checks?: string[] }; reason?: string };
}

/** All of them, of the template and of its resources. */
export function suppressions(templatePath: string): Suppression[] {
  const template = readTemplate(templatePath) as {
    Metadata?: Metadata;
    Resources: Record<string, { Metadata?: Metadata }>;
  };
  return [
    ...suppressedBy('the whole template', template.Metadata),
    ...Object.entries(template.Resources).flatMap(([id, { Metadata }]) => suppressedBy(id, Metadata)),
  ];
}

function suppressedBy(resource: string, metadata: Metadata = {}): Suppression[] {
  const lint = metadata['cfn-lint'];
  return [
    ...(metadata.checkov?.skip ?? []).map(
      ({ id, comment = '' }): Suppression => ({ resource, tool: 'checkov', check: id, reason: comment }),
    ),
    ...(lint?.config?.ignore_checks ?? []).map(
      (check): Suppression => ({ resource, tool: 'cfn-lint', check, reason: lint?.reason ?? '' }),
    ),
  ];
}
