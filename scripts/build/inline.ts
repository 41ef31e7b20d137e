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
  const unpacked = `require('node:zlib').brotliDecompressSync((${DECODE})(Buffer.from('${base91(packed)}')).subarray(0,${packed.length})).toString()`;
  return {
    zipFile: `new Function('require','module','exports',${unpacked})(require,module,exports)`,
    sha256: createHash('sha256').update(whole).digest('hex'),
  };
}

/**
 * 13 bits as two characters; Base64 would take 2 KB more. The characters are those from ! to ~ but ' and \, so that
 * they need no escape in a JavaScript string, and none in YAML.
 */
function base91(bytes: Buffer): string {
  const digit = (value: number) =>
    String.fromCharCode(33 + value + (value > 5 ? 1 : 0) + (value > 57 ? 1 : 0));
  let text = '';
  let bits = 0;
  let count = 0;
  for (const byte of [...bytes, 0, 0]) {
    bits = (bits << 8) | byte;
    count += 8;
    if (count < 13) continue;
    count -= 13;
    const pair = (bits >> count) & 8191;
    bits &= (1 << count) - 1;
    text += digit(Math.floor(pair / 91)) + digit(pair % 91);
  }
  return text;
}

/** Undoes `base91`; of what is written into the list as bytes, only the lowest eight bits count. */
const DECODE =
  'g=>{let n,b=0,o=[],f=c=>c-33-(c>39)-(c>92);for(let i=0;g[i];)for(n=n<<13|f(g[i++])*91+f(g[i++]),b+=13;b>7;)o.push(n>>(b-=8));return Buffer.from(o)}';
