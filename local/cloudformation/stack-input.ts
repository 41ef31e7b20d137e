import type { AddRole } from '../aws/roles.ts';
import type { FunctionsPlace } from '../aws/rotations.ts';
import type { LambdaFunction } from '../lambda/function.ts';
import type { OperationOptions, RunOptions } from './operation.ts';
import type { ParameterValues } from './parameters.ts';
import type { ResponseServer } from './response-server.ts';
import type { StackEvent } from './stack.ts';
import type { JsonObject } from './template.ts';

export interface LocalCloudFormationOptions extends RunOptions {
  /** The AWS that functions talk to, such as what `startLocalAws()` gives. */
  aws: {
    accountId: string;
    env(region?: string, accountId?: string): Record<string, string>;
    /** Told where functions run, so that Secrets Manager and callers of Lambda reach them. */
    addFunctions?(place: FunctionsPlace): Promise<void>;
    removeFunctions?(place: FunctionsPlace): Promise<void>;
    addRole?: AddRole;
  };
  /** Variables of all functions besides those of the template, such as a short lease for tests. */
  environment?: Record<string, string>;
  /** Default us-east-1. Decides the partition too. */
  region?: string;
  /** Default: the account of `aws`. */
  accountId?: string;
  /** SAM or plain template, YAML or JSON. Default: the repository's template.yaml. */
  templatePath?: string;
  /** The built function, one CommonJS file. Default: dist/index.js. Not used for code inside the template. */
  functionPath?: string;
  /**
   * Gets the events of `sendEvent` that no function of a stack gets, and stays when this is closed, warm for the next.
   * Default: one that is closed with this.
   */
  eventFunction?: LambdaFunction;
  /** Where functions answer; stays when this is closed. Default: one of its own. */
  responses?: ResponseServer;
  /** Called with every stack event as it happens. */
  onStackEvent?: (event: StackEvent) => void;
}

export interface StackInput extends OperationOptions {
  /** Default: all from the template; in an update those of the stack as it is. */
  parameters?: ParameterValues;
  /** Instead of `templatePath` of the instance; in an update: a new template. */
  templatePath?: string;
  /**
   * Properties for the stack's custom resources besides (or instead of) those in the template, such as
   * `UserPolicyDocument`; `null` takes one away. They stay over later updates, like parameters.
   */
  properties?: JsonObject;
}

export interface DeleteOptions extends RunOptions {
  /** Logical ids of resources that are left behind, as with `--retain-resources`. */
  retainResources?: string[];
}
