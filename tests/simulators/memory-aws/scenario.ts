import type { IAMClient } from '@aws-sdk/client-iam';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

export type Clients = { iam: IAMClient; secrets: SecretsManagerClient };

/** A short story told to an AWS, what it is about, and what AWS must say step by step: `ok`, an error's name, a value. */
export type Scenario = {
  behaviour: string;
  steps: (clients: Clients) => Promise<unknown>[] | AsyncGenerator<unknown>;
  says: unknown[];
};

/** The outcome of one call: `ok`, or the name of the error. */
export async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    return (error as Error).name;
  }
}

/** Runs a scenario's steps one after the other. */
export async function play(scenario: Scenario, clients: Clients): Promise<unknown[]> {
  const said: unknown[] = [];
  for await (const each of scenario.steps(clients)) said.push(each);
  return said;
}
