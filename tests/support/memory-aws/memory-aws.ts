import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IAMClient } from '@aws-sdk/client-iam';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { type ByHand, byHand } from './by-hand.ts';
import type { Call } from './calls.ts';
import type { Client, SendOptions } from './client.ts';
import type { Fault, PlannedFault, Which } from './faults.ts';
import type { Service } from './operations.ts';
import { send } from './send.ts';
import { type Snapshot, snapshot } from './snapshot.ts';
import { copyWorld, ledgerTable, newWorld, OPTIONAL, type Place, type World } from './world.ts';

/** AWS in memory: an account's state as plain data, the log of calls, and faults to come. */
export type MemoryAws = World &
  ByHand & {
    /** Every call so far, in the order in which they were made. */
    calls: Call[];
    faults: PlannedFault[];
    /** Milliseconds until a call is answered. */
    latency: number;
    /** Waited for before a call is applied: decides the order of calls that run side by side. */
    gate?: (call: Call) => Promise<void>;
    /** Called right after a call has changed something: for what must be true at every moment. */
    afterChange?: (call: Call) => void;
    /** Lets a call fail: the next `times` tries (default 1) of calls that match. */
    failCall(which: Which, fault: Fault, times?: number): void;
    /** Starts a new log: the next call is number 0 again. */
    forgetCalls(): void;
    /** The whole world as it is, to come back to with `load`. */
    save(): World;
    load(saved: World): void;
    /** A deep copy of what exists, for comparisons: nothing in it changes by being looked at. */
    snapshot(): Snapshot;
    /** Gives the SDK's clients back to the real AWS. */
    restore(): void;
  };

/** What the SDK needs to know of its surroundings, unless the environment says it already. */
const ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: 'ASIAFUNCTION',
  AWS_SECRET_ACCESS_KEY: 'of-the-function',
  AWS_SESSION_TOKEN: 'of-the-function',
};

/**
 * An empty account that takes the place of AWS for every SDK client of this process, from now until `restore()`. Only the
 * latest one is connected.
 */
export function memoryAws(place: Place = {}): MemoryAws {
  const world = newWorld(place);
  const aws: MemoryAws = Object.assign(world, byHand(world), {
    calls: [] as Call[],
    faults: [] as PlannedFault[],
    latency: 0,
    failCall(which: Which, fault: Fault, times = 1) {
      aws.faults.push({ which, fault, times });
    },
    forgetCalls() {
      aws.calls = [];
      for (const stub of stubs) stub.resetHistory();
    },
    save: () => copyWorld(world),
    load(saved: World) {
      for (const part of OPTIONAL) delete world[part];
      Object.assign(world, copyWorld(saved));
    },
    snapshot: () => snapshot(world),
    restore() {
      for (const [name] of unset) delete process.env[name];
      for (const stub of stubs) {
        stub.restore();
        stub.resetHistory();
      }
      // The library never forgets a stub, nor what it leads to.
      connection.aws = undefined;
    },
  });
  const environment = { ...ENVIRONMENT, AWS_REGION: world.region, LEDGER_TABLE: ledgerTable() };
  const unset = Object.entries(environment).filter(([name]) => process.env[name] === undefined);
  for (const [name, value] of unset) process.env[name] = value;
  const connection: Connection = { aws };
  const stubs = [
    connect(IAMClient, connection, 'iam'),
    connect(SecretsManagerClient, connection, 'secretsmanager'),
    connect(STSClient, connection, 'sts'),
    connect(DynamoDBClient, connection, 'dynamodb'),
  ];
  return aws;
}

/** Where the calls of a client go, until `restore()`. */
type Connection = { aws: MemoryAws | undefined };

/**
 * The stub's own `callsFake` would hand over neither the command nor the options of `send`, only the input; so the fake
 * is put on the function underneath.
 */
function connect(client: { prototype: object }, connection: Connection, service: Service) {
  const stub = mockClient(client as { prototype: IAMClient });
  const fake = function (this: Client, command: { input: object }, options?: SendOptions) {
    if (!connection.aws) throw new Error('This AWS in memory is connected no more.');
    return send(connection.aws, service, this, command, options);
  };
  stub.send.callsFake(fake as never);
  return stub;
}
