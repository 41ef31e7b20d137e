import type { CustomResourceEvent } from '../../src/cloudformation/event.ts';
import {
  createEvent,
  deleteEvent,
  INVENTED_ID,
  LOGICAL_ID,
  type Properties,
  STACK_ID,
  updateEvent,
} from '../support/memory-aws/events.ts';
import type { Invocation } from '../support/memory-aws/invoke.ts';
import { idPrefix } from './ours.ts';

export const PREFIX = idPrefix(STACK_ID, LOGICAL_ID);

/** What CloudFormation knows of the resource. */
export type Stack = {
  /** Absent: the resource does not exist for CloudFormation. */
  id?: string;
  properties?: Properties;
};

/** One request of CloudFormation's, made when it is sent: what it says may depend on the answers before. */
export type Request = {
  name: string;
  event: CustomResourceEvent;
  /** What the user asked for; absent on Delete. */
  properties?: Properties;
};

export const create = (properties: Properties): Request => ({
  name: 'Create',
  event: createEvent(properties),
  properties,
});

export const update = (stack: Stack, properties: Properties): Request => ({
  name: 'Update',
  event: updateEvent(stack.id ?? INVENTED_ID, properties, stack.properties ?? {}),
  properties,
});

export const remove = (id: string, properties: Properties = {}): Request => ({
  name: 'Delete',
  event: deleteEvent(id, properties),
});

/** What CloudFormation knows after an answer, or after none came in time. */
export function learn(stack: Stack, request: Request, invocation: Invocation): Stack {
  const answer = invocation.answers[0];
  switch (request.event.RequestType) {
    case 'Create':
      return {
        id: answer?.PhysicalResourceId ?? INVENTED_ID,
        ...(request.properties ? { properties: request.properties } : {}),
      };
    case 'Update':
      return answer?.Status === 'SUCCESS'
        ? {
            id: answer.PhysicalResourceId,
            ...(request.properties ? { properties: request.properties } : {}),
          }
        : stack;
    case 'Delete':
      return answer?.Status === 'SUCCESS' ? {} : stack;
    default:
      // A step of a rotation, of which CloudFormation learns nothing.
      return stack;
  }
}

/**
 * The request that takes a failed Update back: the properties are swapped, and the id is the one that CloudFormation
 * knows.
 */
export function reverse(before: Stack, after: Stack, failed: Properties): Request {
  const properties = before.properties ?? {};
  return {
    name: 'reverse Update',
    event: updateEvent(after.id ?? INVENTED_ID, properties, failed),
    properties,
  };
}
