/** What Secrets Manager did of a rotation. */
export interface Rotation {
  secretArn: string;
  versionId: string;
  functionArn: string;
  /** `trial`: what `RotateSecret` does without `RotateImmediately`; `steps`: those that `rotate()` named. */
  kind: 'rotation' | 'trial' | 'steps';
  status: 'running' | 'succeeded' | 'failed' | 'cancelled';
  steps: RotationStep[];
}

export interface RotationStep {
  step: RotationStepName;
  /** 1 for the first try of the rotation. */
  attempt: number;
  startedAt: number;
  endedAt?: number;
  /** What the function ended with. */
  error?: string;
}

export type RotationStepName = 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret';

/** A rotation that begins now, and where the secret is. */
export interface RotationOrder {
  /** Name or ARN. */
  secretId: string;
  /** These steps and no others, once each as named; default all four, tried again as in AWS. */
  steps?: RotationStepName[];
  /** A new version also if an earlier rotation is not complete; default: that version goes on. */
  fresh?: boolean;
  /** The id of the version; default: as `fresh` says. */
  versionId?: string;
  /** Default us-east-1. */
  region?: string;
  /** Default: the default account. */
  accountId?: string;
}

/** Where the functions of an account and Region run: what answers there speaks Lambda's API. */
export interface FunctionsPlace {
  region: string;
  url: string;
  /** Default: the default account. */
  accountId?: string;
}
