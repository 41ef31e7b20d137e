import type { KeyCase, Tags } from '../bundle/tags.ts';
import type { Change } from './change.ts';

/**
 * What every resource of a bundle is to the engine. A resource knows neither the others nor CloudFormation.
 *
 * @template Desired as of `bundle.ts`
 * @template Observed what AWS says there is
 */
export interface Resource<
  Desired extends { name: string; tags: Tags } = { name: string; tags: Tags },
  Observed extends { tags: Tags } = { tags: Tags },
> {
  /** For messages: `user`, `role`, … */
  kind: string;
  desired: Desired;
  /** How AWS compares the keys of its tags. */
  keyCase: KeyCase;
  /** What AWS says there is, or undefined. */
  observe(): Promise<Observed | undefined>;
  /** Makes it, tags and boundary in the same call, and gives back what is there then. */
  create(): Promise<Observed>;
  tag(tags: Tags): Promise<unknown>;
  untag(keys: string[]): Promise<unknown>;
  /**
   * What has to be set right.
   *
   * @param mayBe the desired states of this name that may be in force; undefined stands for anything
   * @param ownPolicyArns the policies of this bundle, under whatever name
   */
  diff(observed: Observed, mayBe: (Desired | undefined)[], ownPolicyArns: string[]): Change[];
  /** Whether whoever had it has given it up, so that it may be taken without asking: a secret scheduled for deletion. */
  isLeft?(observed: Observed): boolean;
  /** What is in the way of it, as sentences for the user. */
  conflicts?(observed: Observed): string[];
  /** What others have hung on it that is worth a warning, as sentences for the user. */
  warnings?(observed: Observed, ownPolicyArns: string[]): string[];
}

/** For messages: `role "redislabs-role"`. */
export const titleOf = ({ kind, desired }: { kind: string; desired: { name: string } }) =>
  `${kind} "${desired.name}"`;
