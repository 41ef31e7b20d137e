/** A request as the stand-in takes it. */
export interface CloudRequest {
  method: string;
  /** Below `/v1`, as `/cloud-accounts/12`. */
  path: string;
  headers: Record<string, string | undefined>;
  body?: string;
}

/** What it answers: `drop` closes the connection, `hang` never answers. */
export type CloudResponse =
  | { status: number; headers: Record<string, string>; body: string }
  | 'drop'
  | 'hang';

/** What was asked and answered; never a secret. */
export interface RecordedRequest {
  at: number;
  method: string;
  path: string;
  status: number | 'drop' | 'hang';
}

/** The fields of a POST or PUT. */
export type Fields = Record<string, string>;

/** A cloud account as it is at a moment, with the secrets that are never shown. */
export interface StoredAccount {
  id: number;
  status: string;
  fields: Fields;
}

export type TaskKind = 'Create' | 'Update' | 'Delete';

export interface StoredTask {
  taskId: string;
  kind: TaskKind;
  status: 'received' | 'processing-in-progress' | 'processing-completed' | 'processing-error';
  accountId: number | undefined;
  fields: Fields;
  changedAt: number;
  /** When the current status ends, once that is known. */
  until: number | undefined;
  reads: number;
  response: Record<string, unknown> | undefined;
}

/** An error of Redis: its type and how it is told. */
export interface CloudError {
  type: string;
  status: string;
  description: string;
}
