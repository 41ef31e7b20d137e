/**
 * Looks with cloudsplaining, offline, for rights that nothing limits in the policies and in the role of the function, and
 * parses the SQL of docs/security/detect.md with sqlglot: `node scripts/policies.ts`. Ends with 1 if there is a finding
 * without an answer, or an answer without a finding, in docs/security/answers.yaml. With `--write FOLDER` it only writes the
 * policies there, as they reach IAM, for tools that need an account.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtInDocuments } from '../src/bundle/policy-documents.ts';
import { parseStackId } from '../src/bundle/stack.ts';
import { rolePolicies, stackId } from '../tests/permissions/role.ts';
import { readAnswers } from './docs/security/answers.ts';
import { pythonEnvironment, root, run } from './python-environment.ts';

const text = (path: string) => readFileSync(join(root, path), 'utf8');
const document = (name: string) => JSON.parse(text(`policies/${name}.json`)) as object;

const { userRestricted, instanceRole } = builtInDocuments(
  parseStackId(stackId),
  'redislabs-cluster-node-role',
  '168085023892',
);
// With everything that a parameter opens.
const [role] = await rolePolicies({
  FurtherBundlesPrefix: 'further-',
  ExistingEntities: 'Adopt',
  RedisCloudApiSecretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:redis-cloud-AbCdEf',
});

const policies: Record<string, object | undefined> = {
  'user-restricted': JSON.parse(userRestricted),
  'instance-role': JSON.parse(instanceRole),
  boundary: document('boundary'),
  deployer: document('deployer'),
  function: role?.PolicyDocument,
};

const [option, folder = ''] = process.argv.slice(2);
if (option === '--write') {
  mkdirSync(folder, { recursive: true });
  for (const [name, policy] of Object.entries(policies))
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(policy));
} else {
  const environment = pythonEnvironment('policies');
  const queries = text('docs/security/detect.md').matchAll(/^```sql\n([\s\S]*?)^```$/gm);
  const input = JSON.stringify({
    policies,
    answers: readAnswers(join(root, 'docs/security/answers.yaml')),
    sql: [...queries].map(([, sql]) => sql),
  });
  process.exitCode = environment
    ? run(join(environment, 'bin', 'python'), [join(root, 'scripts', 'look_at_policies.py')], { input })
    : 1;
}
