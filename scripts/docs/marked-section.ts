/**
 * Sections of Markdown files that a script writes stand between `<!-- name -->` and `<!-- /name -->`, each on a line of
 * its own.
 *
 * @throws Error if the text has no such section, or more than one
 */
export function replaceSection(text: string, name: string, content: string): string {
  const [before, rest, ...more] = text.split(`<!-- ${name} -->\n`);
  const end = rest?.indexOf(`<!-- /${name} -->`) ?? -1;
  if (before === undefined || rest === undefined || end < 0 || more.length > 0)
    throw new Error(`There must be one section <!-- ${name} --> … <!-- /${name} -->.`);
  return `${before}<!-- ${name} -->\n${content.trim()}\n${rest.slice(end)}`;
}
