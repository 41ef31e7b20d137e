import { brotliCompressSync } from 'node:zlib';
import { bundle } from './bundle.ts';

/**
 * The function as it stands in a template's `Code.ZipFile`: CommonJS, the AWS SDK required from the Lambda runtime,
 * everything else inside. A template passed as a body may have 51,200 bytes in all, which minified code alone exceeds,
 * so it is compressed and unpacks itself when it is loaded.
 *
 * @throws Error as `bundle` does
 */
export async function inlineCode(entryPoint: string): Promise<string> {
  const { code } = await bundle(entryPoint, 'runtime');
  const packed = brotliCompressSync(code).toString('base64');
  const unpacked = `require('node:zlib').brotliDecompressSync(Buffer.from('${packed}','base64')).toString()`;
  return `new Function('require','module','exports',${unpacked})(require,module,exports)\n`;
}
