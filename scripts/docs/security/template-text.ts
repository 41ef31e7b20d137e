import { readFileSync } from 'node:fs';
import { type CollectionTag, parse, type ScalarTag } from 'yaml';

/**
 * A template for people to read: `!Sub` and `!Ref` are texts with `${…}`. Of `!If` a text that is there in one case only
 * says in which; otherwise of two texts the first is taken, of two larger things the second, which is the one for the
 * defaults of all parameters.
 */
export function readTemplate(path: string): unknown {
  return parse(readFileSync(path, 'utf8'), { customTags });
}

const functions: Record<string, (argument: unknown) => unknown> = {
  Ref: (name) => (name === 'AWS::NoValue' ? null : `\${${name}}`),
  Sub: (argument) =>
    Array.isArray(argument)
      ? Object.entries(argument[1] as Record<string, string>).reduce(
          (text, [name, value]) => text.replace(`\${${name}}`, value),
          argument[0] as string,
        )
      : argument,
  If: (argument) => {
    const [condition, yes, no] = argument as [string, unknown, unknown];
    if (yes === null) return typeof no === 'string' ? `${no} (unless ${condition})` : no;
    if (no === null) return typeof yes === 'string' ? `${yes} (if ${condition})` : yes;
    return typeof yes === 'string' ? yes : no;
  },
  GetAtt: (path) => `\${${path}}`,
  Equals: (argument) => argument,
  And: (argument) => argument,
  Condition: (argument) => argument,
  Split: (argument) => argument,
  // The one list that is taken apart is the id of the stack, of which the last part is told.
  Select: () => '<id of the stack>',
  Not: (argument) => argument,
};

const customTags: (ScalarTag | CollectionTag)[] = Object.entries(functions).flatMap(([name, evaluate]) => [
  { tag: `!${name}`, resolve: (value: string) => evaluate(value) },
  {
    tag: `!${name}`,
    collection: 'seq' as const,
    resolve: (value) => evaluate(value.toJSON()),
  } as CollectionTag,
]);
