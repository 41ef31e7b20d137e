import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LocalCloudFormationOptions } from '../../local/cloudformation/local-cloudformation.ts';
import { type JsonObject, loadTemplate } from '../../local/cloudformation/template.ts';

/** What is under test: `sam` is template.yaml with dist/index.js, `inline` is the one plain template with its code inside. */
const delivery = process.env.RV_DELIVERY || 'sam';
const pathTo = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url));
const plainTemplate = pathTo('dist/rv-access-bundle.yaml');

type Delivery = Required<Pick<LocalCloudFormationOptions, 'templatePath' | 'functionPath'>>;

/**
 * Template and function as `RV_DELIVERY` chooses them.
 *
 * @throws Error if it names neither
 */
export async function chosenDelivery(): Promise<Delivery> {
  switch (delivery) {
    case 'sam':
      return { templatePath: pathTo('template.yaml'), functionPath: pathTo('dist/index.js') };
    case 'inline':
      return { templatePath: plainTemplate, functionPath: await inlineFunction() };
    default:
      throw new Error(`RV_DELIVERY is "${delivery}"; it must be sam or inline.`);
  }
}

/** The code inside the plain template as a file of its own, for events that are sent without a stack. */
async function inlineFunction(): Promise<string> {
  const { Resources } = await loadTemplate(plainTemplate, 'us-east-1');
  const code = Resources.BundleFunction?.Properties?.Code as JsonObject | undefined;
  const path = join(mkdtempSync(join(tmpdir(), 'inline-function-')), 'index.js');
  writeFileSync(path, String(code?.ZipFile));
  return path;
}
