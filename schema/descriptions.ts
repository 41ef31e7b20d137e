import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';

const text = readFileSync(new URL('../template.yaml', import.meta.url), 'utf8');
// The short forms of CloudFormation's functions are unknown to a YAML parser, and of no interest here.
const { Parameters } = parseDocument(text, { logLevel: 'silent' }).toJS() as {
  Parameters: Record<string, { Description?: string }>;
};

/** What the template says of each parameter, and a word on the properties that are none. */
export const describedParameters: Record<string, string> = {
  ...Object.fromEntries(
    Object.entries(Parameters).map(([name, { Description = '' }]) => [name, Description]),
  ),
  InstancePolicyDocument: 'Replaces the built-in policy of the instance role.',
  UserPolicyDocument: 'Replaces the built-in policy of the user and of the console role.',
  PolicyRevision: 'Another text makes CloudFormation ask the function to bring the policies up to date.',
};
