/** A defect made on purpose, in the place where somebody could make it by mistake. */
export interface Mutant {
  /** What no longer holds, for the table. */
  breaks: string;
  /** Below `src/`. */
  file: string;
  /** Text that occurs exactly once in the file. */
  text: string;
  replacement: string;
}

/** Puts the defect in. */
export function mutate(source: string, { file, text, replacement }: Mutant): string {
  const [before, after, ...more] = source.split(text);
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error(
      `src/${file} has this text ${more.length > 0 ? 'more than once' : 'no longer'}:\n${text}`,
    );
  return before + replacement + after;
}
