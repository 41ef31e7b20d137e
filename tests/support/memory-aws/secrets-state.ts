import type { Tags } from './iam-state.ts';

export type SecretVersion = {
  value: string;
  stages: string[];
  createdAt: number;
  /** The key that it is encrypted with, if that is not the secret's: it had no label when the secret got another one. */
  formerKmsKeyId?: string;
};

/** Times are until when a replica is in progress, or still being removed. */
export type Replica = { region: string; kmsKeyId?: string; readyAt?: number };

export type Secret = {
  name: string;
  arn: string;
  createdAt: number;
  tags: Tags;
  description?: string;
  kmsKeyId?: string;
  versions: Record<string, SecretVersion>;
  /** Regions that hold a replica. */
  replicas: Replica[];
  /** Regions whose replica is on its way out → until when. */
  leaving?: Record<string, number>;
  resourcePolicy?: string;
  rotationEnabled: boolean;
  /** Days between two rotations, and the function that carries them out. */
  rotationDays?: number;
  rotationFunction?: string;
  /** Present while the secret is scheduled for deletion. */
  deletion?: { requestedAt: number; dueAt: number };
};
