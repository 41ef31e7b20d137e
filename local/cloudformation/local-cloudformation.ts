import { isDeepStrictEqual } from 'node:util';
import type { Attempt } from '../lambda/function.ts';
import { runCreate } from './create-stack.ts';
import { runDelete } from './delete-stack.ts';
import { designOf, emptyStack } from './design.ts';
import { eventFunction, eventRoleEnvironment, putEventLedger } from './event-function.ts';
import { type Firing, fireRule } from './event-rule.ts';
import { type Exchange, playEvent } from './exchange.ts';
import { functionDirectory, type Invocation } from './function-directory.ts';
import type { Operation, OperationOptions, RunOptions } from './operation.ts';
import { type OperationResult, resultOf } from './operation-result.ts';
import type { CustomResourceEvent } from './protocol.ts';
import type { ResponseServer } from './response-server.ts';
import { type StartedServices, startServices } from './services.ts';
import type { Stack, StackResource } from './stack.ts';
import type { DeleteOptions, LocalCloudFormationOptions, StackInput } from './stack-input.ts';
import { runUpdate, type StackDesign } from './update-stack.ts';
import { ValidationError } from './validation-error.ts';

export type { OperationResult } from './operation-result.ts';
export type { LocalCloudFormationOptions, StackInput } from './stack-input.ts';

/**
 * CloudFormation for one account and Region of the local AWS, as far as stacks with custom resources need it.
 *
 * The custom resources are real: the built function runs in processes of its own, as in Lambda, and gets the events
 * that CloudFormation sends. All other resources exist in name only (physical id, ARN, stack events).
 * Several stacks live side by side; a stack may use another stack's function as service token.
 *
 * Calls of one stack must be awaited one after the other. Call `close()` at the end.
 */
export class LocalCloudFormation {
  readonly region: string;
  readonly accountId: string;
  readonly #options: LocalCloudFormationOptions;
  readonly #stacks = new Map<string, Stack>();
  #services: Promise<StartedServices> | undefined;

  constructor(options: LocalCloudFormationOptions) {
    this.#options = options;
    this.region = options.region ?? 'us-east-1';
    this.accountId = options.accountId ?? options.aws.accountId;
  }

  /**
   * Creates a stack, as `aws cloudformation create-stack` and waiting for the end. A failure is rolled back and told
   * in `status`.
   *
   * @throws ValidationError for parameters that the template does not allow, or if there is such a stack.
   */
  async createStack(input: StackInput & { stackName: string }): Promise<OperationResult> {
    const { stackName: name } = input;
    if (this.#stacks.has(name)) {
      throw new ValidationError(`Stack [${name}] already exists`);
    }
    const stack = emptyStack(name, this.region, this.accountId);
    Object.assign(stack, await this.#design(stack, input));
    this.#stacks.set(name, stack);
    return this.#run(stack, input, runCreate);
  }

  /**
   * Updates a stack; parameters that are not given keep their values. A failure is rolled back and told in `status`.
   *
   * @throws ValidationError for bad parameters, if nothing would change, or if the stack cannot be updated.
   */
  async updateStack(stackName: string, input: StackInput): Promise<OperationResult> {
    const stack = this.stack(stackName);
    if (!/^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$/.test(stack.status)) {
      throw new ValidationError(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
    }
    const design = await this.#design(stack, input);
    const { template, parameters, properties } = stack;
    if (isDeepStrictEqual(design, { template, parameters, properties })) {
      throw new ValidationError('No updates are to be performed.');
    }
    return this.#run(stack, input, (operation) => runUpdate(operation, design));
  }

  /**
   * Deletes a stack; after `DELETE_FAILED` it can be called again and goes on with what is left.
   *
   * @throws ValidationError for `retainResources` in any other status: resources can be left behind only then.
   */
  async deleteStack(stackName: string, options: DeleteOptions = {}): Promise<OperationResult> {
    const stack = this.stack(stackName);
    if (options.retainResources !== undefined && stack.status !== 'DELETE_FAILED') {
      throw new ValidationError(
        `Invalid operation on stack [${stack.id}]. Resources can be retained only in DELETE_FAILED state`,
      );
    }
    for (const logicalId of options.retainResources ?? []) {
      stack.resources.delete(logicalId);
    }
    const result = await this.#run(stack, options, runDelete);
    if (result.status === 'DELETE_COMPLETE') {
      this.#stacks.delete(stackName);
    }
    return result;
  }

  /** A stack as it is now. @throws ValidationError if there is none of that name. */
  stack(stackName: string): Readonly<Stack> {
    const stack = this.#stacks.get(stackName);
    if (!stack) {
      throw new ValidationError(`Stack with id ${stackName} does not exist`);
    }
    return stack;
  }

  /** A resource of a stack as it is now, with its physical id and attributes. */
  resource(stackName: string, logicalId: string): Readonly<StackResource> {
    const resource = this.stack(stackName).resources.get(logicalId);
    if (!resource) {
      throw new ValidationError(`Resource ${logicalId} does not exist for stack ${stackName}`);
    }
    return resource;
  }

  /**
   * Plays any event to the function, such as one of events/*.json, and waits until the function has ended with it.
   * No stack is needed or changed. The ResponseURL is replaced by one on this machine.
   *
   * The function is the one that the event's service token names, if a stack here has it; else the built function
   * with nothing of a template in its environment but a ledger.
   */
  async sendEvent(
    event: Omit<CustomResourceEvent, 'ResponseURL'>,
    options: RunOptions = {},
  ): Promise<Exchange> {
    const services = await this.#start();
    const { functions, functionDefaults } = services;
    if (!functions.byArn.has(event.ServiceToken)) {
      const own = await eventRoleEnvironment(services.addRole, this.accountId);
      const environment = { ...functionDefaults.environment, ...own };
      const target =
        this.#options.eventFunction ??
        eventFunction(event.ServiceToken, { ...functionDefaults, environment });
      functions.byArn.set(event.ServiceToken, target);
      await putEventLedger(functionDefaults.environment);
    }
    return playEvent(services, event, { ...this.#options, ...options });
  }

  /** The time of an `AWS::Events::Rule` has come: see `fireRule`. */
  async fire(stackName: string, logicalId: string): Promise<Firing[]> {
    const rule = this.resource(stackName, logicalId);
    return fireRule(rule, functionDirectory(await this.#start(), this.#options));
  }

  /** Invokes a function, named or by its ARN, as `aws lambda invoke` does: once. @returns how it ended, and with what. */
  async invoke(nameOrArn: string, event: unknown, options: RunOptions = {}): Promise<Attempt> {
    const directory = functionDirectory(await this.#start(), { ...this.#options, ...options });
    const [attempt] = await directory.invoke(nameOrArn, event, 'once');
    if (!attempt) {
      throw new Error(`The function ${nameOrArn} was removed before it ran.`);
    }
    return attempt;
  }

  /** The events that came to functions from elsewhere: schedules, rotation, `invoke`. */
  async invocations(): Promise<readonly Invocation[]> {
    return (await this.#start()).invocations;
  }

  /** The next `times` answers of functions meet this HTTP status instead of S3; 0 closes the connection. */
  async failResponses(times: number, status: number): Promise<void> {
    (await this.#start()).responses.failNext(times, status);
  }

  /** What became of each request to a ResponseURL: its status, and S3's error code if it was refused. */
  async responseRequests(): Promise<ResponseServer['requests']> {
    return (await this.#start()).responses.requests;
  }

  /** Waits until no function runs any more, also those whose answer CloudFormation no longer waits for. */
  async settled(): Promise<void> {
    const { running } = await this.#start();
    while (running.size > 0) {
      await Promise.all(running);
    }
  }

  /** Ends all functions, running or not, and the response server. */
  async close(): Promise<void> {
    await (await this.#services)?.close();
  }

  #design(stack: Stack, input: StackInput): Promise<StackDesign> {
    return designOf(stack, { ...input, region: this.region, defaultPath: this.#options.templatePath });
  }

  async #run(
    stack: Stack,
    options: OperationOptions,
    run: (operation: Operation) => Promise<void>,
  ): Promise<OperationResult> {
    const { onStackEvent } = this.#options;
    const operation: Operation = {
      stack,
      services: await this.#start(),
      options: { ...this.#options, ...options },
      events: [],
      exchanges: [],
      onStackEvent,
    };
    await run(operation);
    return resultOf(operation);
  }

  #start(): Promise<StartedServices> {
    this.#services ??= startServices(this.#options, this.region, this.accountId);
    return this.#services;
  }
}
