import type { Accounts } from './accounts.ts';
import { cloudError } from './errors.ts';
import type { Switches } from './switches.ts';
import type { CloudError, Fields, StoredTask, TaskKind } from './types.ts';

/** Whether credentials work at AWS at this moment. */
export type Works = (accessKeyId: string, secret: string) => boolean | Promise<boolean>;

/** An error that the next task of a kind ends with. */
export interface PlannedError {
  kind: TaskKind;
  type: string;
  times: number;
}

/** The queue of a moment. */
export interface SavedTasks {
  list: StoredTask[];
  used: number[];
  planned: PlannedError[];
  firstSeen: [keyId: string, at: number][];
}

/** The queue of a Redis account: one task after the other. */
export class Tasks {
  readonly list: StoredTask[] = [];
  /** Cloud accounts that subscriptions use. */
  readonly used = new Set<number>();
  readonly planned: PlannedError[] = [];
  readonly #firstSeen = new Map<string, number>();
  readonly #accounts: Accounts;
  readonly #switches: Switches;
  readonly #works: Works;

  constructor(accounts: Accounts, switches: Switches, works: Works) {
    this.#accounts = accounts;
    this.#switches = switches;
    this.#works = works;
  }

  save(): SavedTasks {
    const { list, used, planned } = this;
    return structuredClone({ list, used: [...used], planned, firstSeen: [...this.#firstSeen] });
  }

  load(saved: SavedTasks): void {
    const { list, used, planned, firstSeen } = structuredClone(saved);
    this.list.splice(0, this.list.length, ...list);
    this.planned.splice(0, this.planned.length, ...planned);
    this.used.clear();
    for (const id of used) this.used.add(id);
    this.#firstSeen.clear();
    for (const [keyId, at] of firstSeen) this.#firstSeen.set(keyId, at);
  }

  add(
    now: number,
    taskId: string,
    kind: TaskKind,
    accountId: number | undefined,
    fields: Fields,
  ): StoredTask {
    const until = undefined;
    const task: StoredTask = {
      taskId,
      kind,
      status: 'received',
      accountId,
      fields,
      changedAt: now,
      until,
      reads: 0,
      response: undefined,
    };
    this.list.push(task);
    return task;
  }

  /** Lets everything happen that is due by now, in order. */
  async advance(now: number): Promise<void> {
    let free = 0;
    for (const task of this.list) {
      if (task.status === 'received') {
        task.until ??= Math.max(task.changedAt, free) + this.#switches.receivedMs;
        if (task.until > now) return;
        task.status = 'processing-in-progress';
        task.changedAt = task.until;
        task.until += this.#switches.processingMs;
      }
      if (task.status === 'processing-in-progress') {
        if ((task.until ?? 0) > now) return;
        task.changedAt = task.until ?? now;
        await this.#carryOut(task, task.changedAt);
      }
      free = task.changedAt;
    }
  }

  async #carryOut(task: StoredTask, at: number): Promise<void> {
    const error = await this.errorOf(task, at);
    const { taskTellsId, taskError } = this.#switches;
    if (error) {
      task.status = 'processing-error';
      task.response = {
        error: taskError === 'object' ? error : error.type,
        ...(error.type === 'CLOUD_ACCOUNT_NOT_FOUND' && { additionalInfo: 'cloud-account-does-not-exists' }),
      };
      this.#refused(task, at, error);
      return;
    }
    task.status = 'processing-completed';
    const id = this.#apply(task, at);
    task.response = taskTellsId ? { resourceId: id } : {};
  }

  #apply({ kind, accountId = 0, fields }: StoredTask, at: number): number {
    if (kind === 'Create') return this.#accounts.create(at, fields);
    const account = this.#accounts.get(at, accountId);
    if (!account) return accountId;
    if (kind === 'Update')
      this.#accounts.update(at, { ...account, fields: { ...account.fields, ...fields } });
    else this.#accounts.delete(at, account);
    return accountId;
  }

  #refused({ kind, accountId = 0, fields }: StoredTask, at: number, { type }: CloudError): void {
    if (kind === 'Create' && this.#switches.failedCreateLeaves === 'error' && !/_EXISTS$/.test(type))
      this.#accounts.seed(at, fields, 'active-error');
    const account = this.#accounts.get(at, accountId);
    if (kind === 'Update' && account?.status === 'active' && /CREDS|PERMISSION/.test(type))
      this.#accounts.set(at, { ...account, status: this.#switches.refusedUpdate });
  }

  /** What is wrong with a change, if anything is. */
  async errorOf(
    { kind, accountId = 0, fields }: Pick<StoredTask, 'kind' | 'accountId' | 'fields'>,
    at: number,
  ): Promise<CloudError | undefined> {
    const plan = this.planned.find((one) => one.kind === kind && one.times > 0);
    if (plan) {
      plan.times -= 1;
      return cloudError(plan.type);
    }
    const account = this.#accounts.get(at, accountId);
    if (kind !== 'Create' && (!account || account.status === 'delete-draft'))
      return cloudError('CLOUD_ACCOUNT_NOT_FOUND');
    if (account && !/^active/.test(account.status)) return cloudError('CLOUD_ACCOUNT_NOT_ACTIVE');
    if (kind === 'Delete') return this.used.has(accountId) ? cloudError('CLOUD_ACCOUNT_USED') : undefined;
    return this.#taken(fields, accountId, at) ?? (await this.#unusable(fields, at));
  }

  #taken(fields: Fields, id: number, at: number): CloudError | undefined {
    const others = this.#accounts.all(at).filter((one) => one.id !== id);
    if (others.some((one) => one.fields.name?.toLowerCase() === fields.name?.toLowerCase()))
      return cloudError('CLOUD_ACCOUNT_NAME_EXISTS');
    return others.some((one) => one.fields.accessKeyId === fields.accessKeyId)
      ? cloudError('CLOUD_ACCOUNT_ACCESS_KEY_EXISTS')
      : undefined;
  }

  async #unusable(
    { accessKeyId = '', accessSecretKey = '' }: Fields,
    at: number,
  ): Promise<CloudError | undefined> {
    const seen = this.#firstSeen.get(accessKeyId) ?? at;
    this.#firstSeen.set(accessKeyId, seen);
    const known = at - seen >= this.#switches.credentialsAfterMs;
    return known && (await this.#works(accessKeyId, accessSecretKey))
      ? undefined
      : cloudError('CLOUD_ACCOUNT_INVALID_CREDS');
  }
}
