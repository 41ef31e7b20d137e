import { createHash } from 'node:crypto';
import { brotliCompressSync } from 'node:zlib';
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
  const packed = brotliCompressSync(whole);
  const decode =
    'g=>{let n=0;for(const c of Buffer.from(g))n=n*85+c-35-(c>39)-(c>92);return[n>>>24,n>>>16,n>>>8,n]}';
  const bytes = `Buffer.from('${base85(packed)}'.match(/.{5}/g).flatMap(${decode})).subarray(0,${packed.length})`;
  const unpacked = `require('node:zlib').brotliDecompressSync(${bytes}).toString()`;
  return {
    zipFile: `new Function('require','module','exports',${unpacked})(require,module,exports)`,
    sha256: createHash('sha256').update(whole).digest('hex'),
  };
}

/**
 * Four bytes as five characters, the last four filled up with zeros; Base64 would take 1.6 KB more. The characters are
 * those from # to y but ' and \, so that they need no escape in a JavaScript string, and none in YAML.
 */
function base85(bytes: Buffer): string {
  const filled = Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
  let text = '';
  for (let at = 0; at < filled.length; at += 4) {
    const number = filled.readUInt32BE(at);
    for (let power = 85 ** 4; power >= 1; power /= 85) {
      const digit = Math.floor(number / power) % 85;
      text += String.fromCharCode(35 + digit + (digit > 3 ? 1 : 0) + (digit > 55 ? 1 : 0));
    }
  }
  return text;
}
