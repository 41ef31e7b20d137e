import { paced, type Switches, USUAL } from '../../local/redis-cloud/switches.ts';
import { harshestDay } from '../support/harsh-days.ts';
import type { Properties } from '../support/memory-aws/events.ts';
import type { MemoryAws } from '../support/memory-aws/memory-aws.ts';
import { API_SECRET_ARN, type RedisCloud, redisCloudBeside } from '../support/redis-cloud.ts';
import { namesOf } from './health.ts';
import { content, keyOf } from './ours.ts';
import type { Ask, Scenario } from './scenarios.ts';
import { create, remove, update } from './stack.ts';
import type { Beside } from './story.ts';

/** Times at Redis in these tests, as a factor; the function's go with them. */
export const PACE = 0.02;

/** The Redis Cloud of the story that is told at the moment. */
export let redis: RedisCloud;

/** Puts Redis Cloud beside AWS and looks at it after every change of either. */
export function besideRedis(aws: MemoryAws, switches: Partial<Switches> = {}): Beside {
  redis = redisCloudBeside(aws, paced({ ...USUAL, ...switches }, PACE));
  return {
    ailments(properties) {
      const accounts = redis.accounts();
      const wanted = properties.RedisCloudApiSecretArn !== undefined;
      const current = content(aws.secrets[namesOf(properties).secret], 'AWSCURRENT');
      return [
        ...(wanted && accounts.length === 0 ? ['the bundle is not registered'] : []),
        ...(accounts.length > 1 ? [`it has ${accounts.length} cloud accounts`] : []),
        ...(wanted ? accounts : []).flatMap(({ status, key, name, password }) => [
          ...(status === 'active' ? [] : [`the cloud account is ${status}`]),
          ...(key === current?.accessKeyId ? [] : ['Redis has another key than AWSCURRENT']),
          ...(password === current?.consolePassword ? [] : ['Redis has another password than AWSCURRENT']),
          ...(name === (properties.CloudAccountName ?? 'redis-access-123456789012')
            ? []
            : [`the cloud account is called ${name}`]),
        ]),
      ];
    },
    left: () =>
      (isReleased(aws) ? [] : redis.accounts()).map(
        ({ id, status }) => `the cloud account ${id} is left, ${status}`,
      ),
    refuses: () => redis.accounts().length > 0,
    async atRest() {
      await redis.standIn.tick();
      return problemsOf(aws, redis);
    },
  };
}

const isReleased = ({ ledger }: MemoryAws): boolean => JSON.stringify(ledger).includes('\\"released\\":true');

/** What must never be, at whatever moment. */
function problemsOf(aws: MemoryAws, { accounts }: RedisCloud): string[] {
  // What was released is nobody's care.
  const known = isReleased(aws) ? [] : accounts();
  const dead = known.filter(({ key, status }) => status !== 'delete-draft' && !keyOf(aws, key)?.key.active);
  return [
    ...(known.length > 1 ? [`there are ${known.length} cloud accounts`] : []),
    ...dead.map(({ id }) => `the cloud account ${id} has a key that does not work`),
  ];
}

/** What is wrong with Redis at this moment; for the watch that looks after every change. */
export const problemsNow = (aws: MemoryAws): string[] => problemsOf(aws, redis);

const A: Properties = { Tags: 'Team=data', RedisCloudApiSecretArn: API_SECRET_ARN };
const { RedisCloudApiSecretArn: _, ...WITHOUT } = A;
const USER: Properties = { ...A, UserName: 'redis-user-2', SecretName: 'rv-access/redislabs-user' };
const EVERYTHING: Properties = {
  ...A,
  UserName: 'redis-user-2',
  UserPolicyName: 'RedisUserPolicy2',
  InstanceRoleName: 'redis-node-role-2',
  InstancePolicyName: 'RedisNodePolicy2',
  ConsoleRoleName: 'redis-role-2',
};
const created = () => create(A);
const to =
  (properties: Properties): Ask =>
  (stack) =>
    update(stack, properties);

const usual: Scenario[] = [
  { name: 'create', before: [], request: created },
  { name: 'key rotation', before: [created], request: to({ ...A, AccessKeySerial: 2 }) },
  {
    name: 'second key rotation',
    before: [created, to({ ...A, AccessKeySerial: 2 })],
    request: to({ ...A, AccessKeySerial: 3 }),
    losesOtherKey: true,
  },
  {
    name: 'key rotation rolled back',
    before: [created, to({ ...A, AccessKeySerial: 2 })],
    request: to(A),
    oneWay: true,
  },
  { name: 'password rotation', before: [created], request: to({ ...A, PasswordSerial: 2 }) },
  { name: 'rename of everything', before: [created], request: to(EVERYTHING) },
  { name: 'rename of the user, whose secret stays', before: [created], request: to(USER) },
  {
    name: 'rename of the user rolled back',
    before: [created, to(USER)],
    request: to(A),
    oneWay: true,
  },
  {
    name: 'rename of everything rolled back',
    before: [created, to(EVERYTHING)],
    request: to(A),
    oneWay: true,
  },
  {
    name: 'clean-up after a rename',
    before: [created, to(EVERYTHING)],
    request: (_stack, [oldId = '']) => remove(oldId, A),
  },
  {
    name: 'another name of the cloud account',
    before: [created],
    request: to({ ...A, CloudAccountName: 'New' }),
  },
  { name: 'the property given', before: [() => create(WITHOUT)], request: to(A) },
  { name: 'the property given again', before: [created, to(WITHOUT)], request: to(A) },
  { name: 'delete', before: [created], request: ({ id = '' }) => remove(id, A) },
];

/** How Redis shows things, where nobody knows. */
const WORLDS: [string, (aws: MemoryAws) => Beside][] = [
  ['', (aws) => besideRedis(aws)],
  [
    ', at a Redis that shows nothing and is late',
    (aws) =>
      besideRedis(aws, {
        accessKeyId: 'absent',
        awsUserArn: false,
        signInLoginUrl: false,
        replicaLagMs: 30_000,
        receivedMs: 20_000,
      }),
  ],
  [
    ', on the harshest day',
    (aws) => {
      harshestDay(aws);
      return besideRedis(aws, { errorsOver: 'http', accessKeyId: 'masked', credentialsAfterMs: 30_000 });
    },
  ],
];

export const registrationScenarios: Scenario[] = WORLDS.flatMap(([words, world]) =>
  usual.map((scenario) => ({ ...scenario, name: `${scenario.name}${words}`, world })),
);
