import type { Tags } from './iam-state.ts';

export type SecretVersion = { value: string; stages: string[]; createdAt: number };

export type Secret = {
  name: string;
  arn: string;
  createdAt: number;
  tags: Tags;
  description?: string;
  kmsKeyId?: string;
  versions: Record<string, SecretVersion>;
  /** Regions that hold a replica. */
  replicas: { region: string; kmsKeyId?: string }[];
  resourcePolicy?: string;
  rotationEnabled: boolean;
  /** Present while the secret is scheduled for deletion. */
  deletion?: { requestedAt: number; dueAt: number };
};
