import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** An error class of a service as the SDK's generator writes it. */
const GENERATED =
  /export class (\w+) extends __BaseException \{\s+(?:static shapeId = "[\w.]+#\1";\s+)?name = "\1";\s+\$fault = "(\w+)";\s+(\$retryable = \{\};\s+)?((?:\w+;\s+)*)constructor\(opts\) \{\s+super\(\{\s+name: "\1",\s+\$fault: "\2",\s+\.\.\.opts,\s+\}\);\s+Object\.setPrototypeOf\(this, \1\.prototype\);\s+(?:this\.(\w+) = opts\.\5;\s+)*\}\s+\}/g;

/** What makes the same class of its name, of whose fault it is, and of its members. The SDK adds the id of its shape. */
const MAKER = `
const error = (name, fault, ...members) => class extends __BaseException {
  name = name;
  $fault = fault;
  constructor(opts) {
    super({ name, $fault: fault, ...opts });
    for (const member of members) this[member] = opts[member];
  }
};
`;

/**
 * esbuild plugin that has the error classes of IAM and STS, which are needed for their names, made by one function: written
 * out, they take 13 KB. The build fails if the generator writes them in another way.
 */
export function compactErrors(): Plugin {
  return {
    name: 'compact-errors',
    setup(build) {
      const filter = /@aws-sdk[\\/]client-(iam|sts)[\\/]dist-es[\\/]models[\\/]errors\.js$/;
      build.onLoad({ filter }, async ({ path }) => {
        const source = await readFile(path, 'utf8');
        const contents = source.replace(GENERATED, (_, name, fault, retryable = '', members = '') => {
          const given = [name, fault, ...members.split(/;\s+/).filter(Boolean)];
          const made = `error(${given.map((each) => JSON.stringify(each)).join(', ')})`;
          return `export class ${name} extends ${made} { ${retryable} }`;
        });
        if (contents.includes('extends __BaseException'))
          return { errors: [{ text: `${path} has an error class of an unknown form.` }] };
        // After the one import, which is the first line.
        return { contents: contents.replace('\n', MAKER) };
      });
    },
  };
}
