import { createHash } from 'node:crypto';
import { bundle, root } from './bundle.ts';
import { thirdPartyLicenses } from './licenses.ts';

/** The function for a template's `Code.ZipFile`. */
export interface InlineCode {
  /** What stands in the template: CommonJS as people can read it. */
  zipFile: string;
  /** SHA-256 of it, in hex. */
  sha256: string;
}

/** The longest line that an editor, a review or a diff shows without trouble; in the template ten spaces come before it. */
const MAX_LINE = 190;

/**
 * The function as it stands in a template's `Code.ZipFile`: CommonJS, the AWS SDK required from the Lambda runtime,
 * everything else inside and not minified, under the licences of what is inside.
 *
 * @throws Error as `bundle` and `thirdPartyLicenses` do, or if a line is too long
 */
export async function inlineCode(entryPoint: string): Promise<InlineCode> {
  const { code, metafile } = await bundle(entryPoint, 'runtime');
  const licenses = await thirdPartyLicenses(metafile, root);
  const zipFile = inAscii((licenses ? `/*\n${wrapped(licenses)}*/\n` : '') + Buffer.from(code).toString());
  const long = zipFile.split('\n').filter((line) => line.length > MAX_LINE);
  if (long.length > 0)
    throw new Error(`The function has lines of more than ${MAX_LINE} characters:\n${long.join('\n')}`);
  return { zipFile, sha256: createHash('sha256').update(zipFile).digest('hex') };
}

/** Only comments have other characters: a template may pass through tools that take it for something else than UTF-8. */
function inAscii(text: string): string {
  return text.replaceAll('…', '...').replace(/\P{ASCII}/gu, '?');
}

/** Some licences write a paragraph as one line. */
function wrapped(text: string): string {
  return text.replace(/(.{80,118}) /g, '$1\n');
}
