import fc from 'fast-check';
import { FAULT_KINDS } from './fault-kinds.ts';
import { handMade } from './hand-made.ts';

/** A fault to come: of this kind, at the call of this number; none if the operation makes fewer. */
export type Fault = { kind: number; call: number };

/** One thing that happens in the life of a stack. Plain data, so that a life that goes wrong can be written down. */
export type Step =
  | {
      does: 'request';
      change: Change;
      /** A second property that changes with it. */
      and?: Change;
      fault?: Fault;
      rollBack: boolean;
      retry: boolean;
      /** Meanwhile, before what follows on it, Secrets Manager asks for so many steps of a rotation. */
      rotates?: number;
    }
  | { does: 'delete'; fault?: Fault }
  | { does: 'by hand'; what: string }
  | {
      does: 'rotate';
      /** Up to which of the four steps. */
      steps: number;
      /** A rotation that has not ended is left, and a new one begun. */
      anew: boolean;
      fault?: Fault;
    }
  | {
      /** Access is suspended, and made active again. */
      does: 'suspend';
      fault?: Fault;
      /** When access is made active again. */
      resumeFault?: Fault;
      /** Secrets Manager asks for a rotation in between. */
      rotates: boolean;
    }
  | { does: 'check'; mode: 'Report' | 'Repair'; fault?: Fault }
  | { does: 'wait'; seconds: number }
  | { does: 'again'; back: number };

/** A property, and which of its values it gets. */
export type Change = [keyof typeof CHANGES, number];

/**
 * `harsh`: everything reads late and is asynchronous, by what is drawn from this seed. `rotates`: rotation by Secrets
 * Manager is on from the beginning.
 */
export type Life = { slow: boolean; harsh?: number; rotates?: boolean; steps: Step[] };

/** The values that an Update may give a property. */
export const CHANGES = {
  AccessKeySerial: [1, 2, 3, 4],
  PasswordSerial: [1, 2, 3],
  ConsoleAccess: ['UserAndRole', 'User', 'Role', 'None'],
  Tags: ['', 'Team=a', 'Team=b,Cost=1'],
  UserName: ['', 'redis-user-2'],
  SecretName: ['', 'another/secret', 'rv-access/redislabs-user'],
  InstanceRoleName: ['', 'redis-node-role-2'],
  UserPolicyName: ['', 'RedisUserPolicy2'],
  UserPolicyDocument: ['', document('ec2:Describe*'), document('ec2:Get*')],
  PermissionsBoundaryArn: ['', 'arn:aws:iam::aws:policy/PowerUserAccess'],
  ReplicaRegions: ['', 'eu-west-1', 'eu-west-1,eu-central-1'],
  SecretRecoveryDays: [30, 7, 0],
  DeletionProtection: ['WhenInUse', 'Off'],
  RotationDays: [0, 30],
  PreviousAccessKey: ['KeepUntilNextRotation', 'DeleteWhenUnused'],
} as const;

function document(action: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
  });
}

const fault = fc.option(fc.record({ kind: fc.nat(FAULT_KINDS.length - 1), call: fc.nat(60) }), {
  nil: undefined,
  freq: 2,
});
const steps = fc.constantFrom(1, 3, 4, 4);
const change = fc
  .constantFrom(...(Object.keys(CHANGES) as (keyof typeof CHANGES)[]))
  .chain((name) => fc.tuple(fc.constant(name), fc.nat(CHANGES[name].length - 1)));

export const life: fc.Arbitrary<Life> = fc.record({
  slow: fc.boolean(),
  harsh: fc.option(fc.nat(1_000_000), { nil: undefined, freq: 2 }) as fc.Arbitrary<number>,
  rotates: fc.boolean(),
  steps: fc.array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          does: fc.constant('request' as const),
          change,
          and: fc.option(change, { nil: undefined, freq: 1 }) as typeof change,
          fault,
          rollBack: fc.boolean(),
          retry: fc.boolean(),
          rotates: fc.option(steps, { nil: undefined, freq: 1 }) as typeof steps,
        }),
      },
      {
        weight: 3,
        arbitrary: fc.record({ does: fc.constant('rotate' as const), steps, anew: fc.boolean(), fault }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          does: fc.constant('suspend' as const),
          fault,
          resumeFault: fault,
          rotates: fc.boolean(),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          does: fc.constant('check' as const),
          mode: fc.constantFrom('Report' as const, 'Repair' as const),
          fault,
        }),
      },
      { weight: 1, arbitrary: fc.record({ does: fc.constant('delete' as const), fault }) },
      {
        weight: 3,
        arbitrary: fc.record({
          does: fc.constant('by hand' as const),
          what: fc.constantFrom(...Object.keys(handMade)),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          does: fc.constant('wait' as const),
          seconds: fc.constantFrom(10, 3600, 200_000),
        }),
      },
      { weight: 1, arbitrary: fc.record({ does: fc.constant('again' as const), back: fc.nat(3) }) },
    ),
    { minLength: 12, maxLength: 20 },
  ) as fc.Arbitrary<Step[]>,
});
