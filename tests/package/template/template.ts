import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type CollectionTag, type Document, parseDocument, type ScalarTag } from 'yaml';

/** `template.yaml` as it is written, intrinsic functions in their long form (`{ "Fn::Sub": … }`). */
export interface SourceTemplate {
  Transform: unknown;
  Metadata: {
    'AWS::ServerlessRepo::Application': Record<string, string | string[]>;
    'AWS::CloudFormation::Interface': {
      ParameterGroups: { Label: { default: string }; Parameters: string[] }[];
      ParameterLabels: Record<string, { default: string }>;
    };
  };
  Parameters: Record<string, SourceParameter>;
  Conditions: Record<string, unknown>;
  Resources: Record<string, SourceResource>;
  Outputs: Record<string, { Description?: string; Value: unknown; Condition?: string }>;
}

export interface SourceResource {
  Type: string;
  Condition?: string;
  DependsOn?: string | string[];
  DeletionPolicy?: string;
  Properties?: Record<string, unknown>;
}

export interface SourceParameter {
  Type: string;
  Default?: string;
  Description?: string;
  MaxLength?: number;
  AllowedPattern?: string;
  AllowedValues?: string[];
  ConstraintDescription?: string;
}

export const templateText = readFileSync(
  fileURLToPath(new URL('../../../template.yaml', import.meta.url)),
  'utf8',
);

const short = ['Ref', 'Condition', 'GetAtt', 'Sub', 'If', 'Equals', 'Not', 'And', 'Select', 'Split'];
const long = (name: string) => (['Ref', 'Condition'].includes(name) ? name : `Fn::${name}`);

const customTags: (ScalarTag | CollectionTag)[] = short.flatMap((name) => [
  { tag: `!${name}`, resolve: (value: string) => ({ [long(name)]: value }) },
  {
    tag: `!${name}`,
    collection: 'seq',
    resolve: (value) => ({ [long(name)]: value.toJSON() }),
  } as CollectionTag,
]);

const document: Document = parseDocument(templateText, { customTags });
if (document.errors.length + document.warnings.length > 0)
  throw new Error(`template.yaml: ${[...document.errors, ...document.warnings].join('\n')}`);

export const template: SourceTemplate = document.toJS();
