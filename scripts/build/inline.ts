import { bundle } from './bundle.ts';

/**
 * The function's code as it stands in a template's `Code.ZipFile`: the AWS SDK comes from the Lambda runtime, everything
 * else is inside. A template passed as a body may have 51,200 bytes in all, so this is as small as the code gets.
 *
 * @throws Error as `bundle` does
 */
export async function inlineCode(): Promise<string> {
  const { code } = await bundle('src/handler.ts', 'runtime');
  return new TextDecoder().decode(code).trim();
}
