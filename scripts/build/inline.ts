import { createHash } from 'node:crypto';
import { brotliCompressSync, constants } from 'node:zlib';
import { bundle, root } from './bundle.ts';
import { thirdPartyLicenses } from './licenses.ts';

/** The function for a template's `Code.ZipFile`. */
export interface InlineCode {
  /** What stands in the template: CommonJS that unpacks itself when it is loaded. */
  zipFile: string;
  /** SHA-256 of the unpacked code, in hex. */
  sha256: string;
}

/**
 * The function as it stands in a template's `Code.ZipFile`: CommonJS, the AWS SDK required from the Lambda runtime,
 * everything else inside, under the licences of what is inside. A template passed as a body may have 51,200 bytes in all,
 * which minified code alone exceeds, so it is compressed and unpacks itself when it is loaded.
 *
 * @throws Error as `bundle` and `thirdPartyLicenses` do
 */
export async function inlineCode(entryPoint: string): Promise<InlineCode> {
  const { code, metafile } = await bundle(entryPoint, 'runtime');
  const licenses = await thirdPartyLicenses(metafile, root);
  const whole = Buffer.concat([Buffer.from(licenses ? `/*\n${licenses}*/\n` : ''), code]);
  const packed = brotliCompressSync(whole, {
    params: { [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT },
  }).toString('base64');
  const unpacked = `require('node:zlib').brotliDecompressSync(Buffer.from('${packed}','base64')).toString()`;
  return {
    zipFile: `new Function('require','module','exports',${unpacked})(require,module,exports)`,
    sha256: createHash('sha256').update(whole).digest('hex'),
  };
}
