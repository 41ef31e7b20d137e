export type Tags = Record<string, string>;

/** Times are milliseconds since the epoch, as `Date.now()` gives them. */
export type AccessKey = {
  id: string;
  secret: string;
  active: boolean;
  createdAt: number;
  lastUsed?: { at: number; service: string };
};

export type User = {
  name: string;
  path: string;
  arn: string;
  id: string;
  createdAt: number;
  tags: Tags;
  boundaryArn?: string;
  attached: string[];
  inline: Record<string, string>;
  groups: string[];
  loginProfile?: { password: string; createdAt: number; resetRequired: boolean };
  accessKeys: AccessKey[];
  /** Serial numbers; the virtual ones are also in `World.virtualMfaDevices`. */
  mfaDevices: string[];
  sshKeys: string[];
  certificates: string[];
  serviceCredentials: string[];
};

export type Role = {
  name: string;
  path: string;
  arn: string;
  id: string;
  createdAt: number;
  tags: Tags;
  trust: string;
  description?: string;
  maxSessionDuration: number;
  boundaryArn?: string;
  attached: string[];
  inline: Record<string, string>;
  lastUsed?: number;
};

export type Group = { name: string; id: string; attached: string[] };

export type PolicyVersion = { id: string; document: string; createdAt: number };

export type Policy = {
  name: string;
  path: string;
  arn: string;
  id: string;
  createdAt: number;
  tags: Tags;
  description?: string;
  versions: PolicyVersion[];
  defaultVersionId: string;
  /** The number that the next version gets: IAM never uses one again. */
  nextVersion: number;
};

export type InstanceProfile = {
  name: string;
  path: string;
  arn: string;
  id: string;
  createdAt: number;
  tags: Tags;
  roles: string[];
};

export type PasswordPolicy = {
  minimumLength: number;
  requireSymbols: boolean;
  requireNumbers: boolean;
  requireUppercase: boolean;
  requireLowercase: boolean;
};
