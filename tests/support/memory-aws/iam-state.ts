export type Tags = Record<string, string>;

/** Times are milliseconds since the epoch, as `Date.now()` gives them. */
export type AccessKey = {
  id: string;
  secret: string;
  active: boolean;
  createdAt: number;
  lastUsed?: { at: number; service: string };
};

/** What entities of every kind have. */
export type Identity = {
  name: string;
  path: string;
  arn: string;
  id: string;
  createdAt: number;
  tags: Tags;
};

/** What policies hang on: managed ones by their ARNs, inline ones by name with their documents. */
export type PolicyHolder = Identity & {
  boundaryArn?: string;
  attached: string[];
  inline: Record<string, string>;
};

export type User = PolicyHolder & {
  groups: string[];
  loginProfile?: { password: string; createdAt: number; resetRequired: boolean };
  accessKeys: AccessKey[];
  /** Serial numbers; the virtual ones are also in `World.virtualMfaDevices`. */
  mfaDevices: string[];
  sshKeys: string[];
  certificates: string[];
  serviceCredentials: string[];
};

export type Role = PolicyHolder & {
  trust: string;
  description?: string;
  maxSessionDuration: number;
  lastUsed?: number;
};

export type Group = { name: string; id: string; attached: string[] };

export type PolicyVersion = { id: string; document: string; createdAt: number };

export type Policy = Identity & {
  description?: string;
  versions: PolicyVersion[];
  defaultVersionId: string;
  /** The number that the next version gets: IAM never uses one again. */
  nextVersion: number;
};

export type InstanceProfile = Identity & {
  roles: string[];
};

export type PasswordPolicy = {
  minimumLength: number;
  requireSymbols: boolean;
  requireNumbers: boolean;
  requireUppercase: boolean;
  requireLowercase: boolean;
};
