import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

/** The steps of the story, in the order in which they are shown. */
export const stepNames = ['create', 'rotate', 'rename', 'rollback', 'delete', 'register'] as const;
export type StepName = (typeof stepNames)[number];

export interface StartOptions {
  steps: StepName[];
  parameters: Record<string, string>;
  region: string;
  /** Service control policies of the account's organization, for what a preflight finds. */
  serviceControlPolicies: object[];
  keep: boolean;
  help: boolean;
}

/** A command line that cannot be understood; the message says how it can be. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `Shows the life of an RV access bundle on an AWS that runs on this machine.

Usage: npm start -- [options]

  --step NAME         show this step only; can be given several times. Steps:
                        create    deploy the stack, show what it made
                        rotate    replace the access key
                        rename    rename the user: replacement and clean-up
                        rollback  an update that is rolled back
                        delete    delete the stack, and look for what is left
                        register  a stack that registers itself at Redis Cloud
                      What a step builds upon is done first, without showing it.
  --param NAME=VALUE  a parameter of template.yaml; can be given several times
  --region REGION     deploy to this Region (default us-east-1)
  --scp FILE          a service control policy (JSON) that the account is under;
                      can be given several times
  --keep              leave out the deletion and what follows, and keep the
                      local AWS until Ctrl-C: for the AWS CLI, and to update
                      and delete the stack by hand
  --help              show this

Examples:
  npm start
  npm start -- --step create --param UserName=redis --param Tags=Team=Data
  npm start -- --keep

The exit code is 0 only if everything that was claimed on the way was also true,
1 if not, 2 for a command line that cannot be understood.
`;

/**
 * @param known the names of the template's parameters
 * @throws UsageError for anything that `usage` does not offer.
 */
export function readOptions(argv: string[], known: string[]): StartOptions {
  const { values } = parse(argv);
  const chosen = (values.step ?? []).map((name) => {
    const step = stepNames.find((known) => known === name);
    if (!step) {
      throw new UsageError(`There is no step "${name}". Steps: ${stepNames.join(', ')}.`);
    }
    return step;
  });
  const keep = values.keep ?? false;
  const standard = stepNames.filter((name) => !(keep && ['delete', 'register'].includes(name)));
  return {
    steps: chosen.length === 0 ? standard : stepNames.filter((name) => chosen.includes(name)),
    parameters: readParameters(values.param ?? [], known),
    region: readRegion(values.region ?? 'us-east-1'),
    serviceControlPolicies: (values.scp ?? []).map(readPolicy),
    keep,
    help: values.help ?? false,
  };
}

function parse(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      options: {
        step: { type: 'string', multiple: true },
        param: { type: 'string', multiple: true },
        region: { type: 'string' },
        scp: { type: 'string', multiple: true },
        keep: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/**
 * Reads `NAME=VALUE` pairs.
 *
 * @throws UsageError that names what there is, for a name that the template does not have
 */
export function readParameters(pairs: string[], known: string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((text) => {
      const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
      if (name === '')
        throw new UsageError(`--param takes NAME=VALUE, such as UserName=redis, not "${text}".`);
      if (!known.includes(name)) {
        const meant = known.find((other) => other.toLowerCase() === name.toLowerCase());
        throw new UsageError(
          `template.yaml has no parameter "${name}". ` +
            (meant ? `Did you mean ${meant}?` : `It has: ${known.join(', ')}.`),
        );
      }
      return [name, value];
    }),
  );
}

function readPolicy(file: string): object {
  try {
    const policy = JSON.parse(readFileSync(file, 'utf8'));
    if (policy?.Statement === undefined) {
      throw new Error('it has no Statement');
    }
    return policy;
  } catch (error) {
    const why = error instanceof Error ? error.message : error;
    throw new UsageError(`--scp takes a file with a policy document in JSON, not "${file}": ${why}.`);
  }
}

function readRegion(region: string): string {
  if (!/^[a-z]{2,4}(-[a-z]+)+-\d+$/.test(region)) {
    throw new UsageError(`--region takes the name of an AWS Region, such as eu-west-1, not "${region}".`);
  }
  return region;
}
