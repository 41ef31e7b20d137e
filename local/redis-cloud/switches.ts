/** How the stand-in behaves where nobody knows how Redis does, and how long things take. Times in milliseconds. */
export interface Switches {
  /** Until a task that is first in the queue begins, and how long it is worked on. */
  receivedMs: number;
  processingMs: number;
  draftMs: number;
  pendingMs: number;
  deletingMs: number;
  /** How far what is read is behind. */
  replicaLagMs: number;
  /** So many reads of a new task answer 404. */
  taskReadsNotFound: number;
  /** A completed task of a create or delete has its `resourceId`. */
  taskTellsId: boolean;
  /** A failed task has its error as an object, or as a code alone. */
  taskError: 'object' | 'code';
  /** What is wrong with a request is told by the task or by the answer over HTTP. */
  errorsOver: 'task' | 'http';
  /** An unknown id is told by HTTP 404 or by the task of the change. */
  notFoundOver: 'task' | 'http';
  accessKeyId: 'plain' | 'masked' | 'absent';
  /** Optional fields. */
  awsUserArn: boolean;
  signInLoginUrl: boolean;
  links: 'links' | '_links';
  /** 401 is answered with a JSON string or with a page of HTML. */
  unauthorized: 'json' | 'html';
  /** Credentials are refused for so long after they were first seen. */
  credentialsAfterMs: number;
  createEnds: 'active' | 'active-error';
  /** What a failed create leaves behind. */
  failedCreateLeaves: 'nothing' | 'error';
  /** What a refused update does to the cloud account: the old credentials stay in any case. */
  refusedUpdate: 'active' | 'active-error';
  /** The account has "Bring your own Cloud". */
  byoc: boolean;
  /** The caller's address is in the allow list. */
  addressAllowed: boolean;
  accountId: number;
  accountKey: string;
  ownerKey: string;
  viewerKey: string;
}

/** All goes well, at the usual times. */
export const USUAL: Switches = {
  receivedMs: 500,
  processingMs: 3000,
  draftMs: 2000,
  pendingMs: 4000,
  deletingMs: 3000,
  replicaLagMs: 1000,
  taskReadsNotFound: 1,
  taskTellsId: true,
  taskError: 'object',
  errorsOver: 'task',
  notFoundOver: 'task',
  accessKeyId: 'plain',
  awsUserArn: true,
  signInLoginUrl: true,
  links: 'links',
  unauthorized: 'json',
  credentialsAfterMs: 0,
  createEnds: 'active',
  failedCreateLeaves: 'nothing',
  refusedUpdate: 'active',
  byoc: true,
  addressAllowed: true,
  accountId: 1001,
  accountKey: 'local-account-key',
  ownerKey: 'local-owner-key',
  viewerKey: 'local-viewer-key',
};

/** All times of the switches, multiplied. */
export function paced(switches: Switches, pace: number): Switches {
  const entries = Object.entries(switches).map(([name, value]) => [
    name,
    name.endsWith('Ms') ? value * pace : value,
  ]);
  return Object.fromEntries(entries) as Switches;
}
