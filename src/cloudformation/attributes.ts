import type { Bundle } from '../bundle/bundle.ts';
import { policyEdition } from '../bundle/policy-documents.ts';
import { CATALOGUE } from '../reconcile/resources.ts';
import type { Reconciled } from '../reconcile/run.ts';
import { VERSION } from '../version.ts';

/** Warnings are cut to this, in characters, so that the answer stays small. */
const MAX_WARNINGS = 500;

/** The attributes that only carrying a request out tells; the ledger keeps them for a second delivery. */
export function foundAttributes({ found, warnings }: Reconciled): Record<string, string> {
  const text = warnings.join(' ');
  return {
    ...found,
    Warnings: text.length > MAX_WARNINGS ? `${text.slice(0, MAX_WARNINGS - 1)}…` : text,
  };
}

/**
 * The attributes for `Fn::GetAtt`: names, ids and ARNs, never a secret.
 *
 * @param found as of `foundAttributes`
 */
export function attributesOf(bundle: Bundle, found: Record<string, string> = {}): Record<string, string> {
  return {
    ...Object.assign({}, ...CATALOGUE.map((row) => row.attributes(bundle))),
    AccountId: bundle.stack.accountId,
    Version: VERSION,
    PolicyEdition: policyEdition(bundle.properties),
    CloudAccountName: bundle.properties.CloudAccountName,
    CloudAccountId: '',
    PreflightFindings: '',
    SecretArn: '',
    AccessKeyId: '',
    AccessKeyCreated: '',
    Warnings: '',
    ...found,
  };
}
