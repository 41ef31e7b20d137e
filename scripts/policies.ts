/**
 * Looks with cloudsplaining, offline, for rights that nothing limits in the policies and in the role of the function, and
 * parses the SQL of docs/security/detect.md with sqlglot: `node scripts/policies.ts`. Ends with 1 if there is a finding
 * without an answer, or an answer without a finding, in docs/security/answers.yaml.
 */
import { readFileSync } from 'node:fs';
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

const environment = pythonEnvironment('policies');
process.exitCode = environment
  ? run(join(environment, 'bin', 'python'), [join(root, 'scripts', 'look_at_policies.py')], {
      input: JSON.stringify({
        policies: {
          'user-restricted': JSON.parse(userRestricted),
          'instance-role': JSON.parse(instanceRole),
          boundary: document('boundary'),
          deployer: document('deployer'),
          function: role?.PolicyDocument,
        },
        answers: readAnswers(join(root, 'docs/security/answers.yaml')),
        sql: [...text('docs/security/detect.md').matchAll(/^```sql\n([\s\S]*?)^```$/gm)].map(
          ([, sql]) => sql,
        ),
      }),
    })
  : 1;
