import { Accounts, type SavedAccounts } from './accounts.ts';
import { json, readFields } from './answers.ts';
import { denialOf } from './denial.ts';
import { cloudError } from './errors.ts';
import { answerOf, type Fault, type FaultKind, isAfter, takeFault } from './faults.ts';
import { randomOf, uuidOf } from './random.ts';
import { linksTo, OWN_ACCOUNT, showAccount, showTask } from './show.ts';
import { type Switches, USUAL } from './switches.ts';
import { type SavedTasks, Tasks, type Works } from './tasks.ts';
import type { CloudRequest, CloudResponse, RecordedRequest, StoredTask, TaskKind } from './types.ts';

export interface Options {
  /** Whether credentials work at AWS at this moment. */
  works: Works;
  switches?: Partial<Switches>;
  now?: () => number;
  seed?: number;
  /** Told of every request, when it is answered. */
  onRequest?: (request: RecordedRequest) => void;
}

/** A moment of it. */
export interface Saved {
  accounts: SavedAccounts;
  tasks: SavedTasks;
}

const REQUIRED = ['accessKeyId', 'accessSecretKey', 'consoleUsername', 'consolePassword'];
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** The Redis Cloud API for one Redis account, as a machine: requests in, answers out, time from outside. */
export class RedisCloudStandIn {
  /** May be changed at any time. */
  readonly switches: Switches;
  readonly accounts: Accounts;
  readonly tasks: Tasks;
  readonly requests: RecordedRequest[] = [];
  readonly faults: Fault[] = [];
  readonly now: () => number;
  readonly #works: Works;
  readonly #random: () => number;
  readonly #onRequest: (request: RecordedRequest) => void;
  #turn: Promise<unknown> = Promise.resolve();

  constructor({ works, switches, now = Date.now, seed = 1, onRequest = () => {} }: Options) {
    this.switches = { ...USUAL, ...switches };
    this.now = now;
    this.#works = works;
    this.#random = randomOf(seed);
    this.#onRequest = onRequest;
    this.accounts = new Accounts(this.switches);
    this.tasks = new Tasks(this.accounts, this.switches, works);
  }

  /** Lets the next requests that match meet a fault; `what` is the beginning of `METHOD /path`. */
  fail(what: string, kind: FaultKind, times = 1): void {
    this.faults.push({ when: ({ method, path }) => `${method} ${path}`.startsWith(what), kind, times });
  }

  /** Lets the next tasks of a kind end with an error. */
  refuse(kind: TaskKind, type: string, times = 1): void {
    this.tasks.planned.push({ kind, type, times });
  }

  /** All that it knows, to come back to with `load`; planned faults aside. */
  save(): Saved {
    return { accounts: this.accounts.save(), tasks: this.tasks.save() };
  }

  load({ accounts, tasks }: Saved): void {
    this.accounts.load(accounts);
    this.tasks.load(tasks);
  }

  /** Lets everything happen that is due; answers do that by themselves. */
  tick(): Promise<void> {
    return this.#inTurn(() => this.tasks.advance(this.now()));
  }

  /** The cloud accounts whose credentials do not work any more: what must never be. */
  async broken(): Promise<number[]> {
    const broken: number[] = [];
    for (const { id, fields } of this.accounts.all(this.now()))
      if (!(await this.#works(fields.accessKeyId ?? '', fields.accessSecretKey ?? ''))) broken.push(id);
    return broken;
  }

  /** Answers a request. */
  handle(request: CloudRequest): Promise<CloudResponse> {
    return this.#inTurn(async () => {
      await this.tasks.advance(this.now());
      const fault = takeFault(this.faults, request);
      const answer = fault && !isAfter(fault) ? undefined : await this.#answer(request);
      const response = fault ? answerOf(fault) : (answer as CloudResponse);
      const recorded: RecordedRequest = {
        at: this.now(),
        method: request.method,
        path: request.path,
        status: typeof response === 'string' ? response : response.status,
      };
      this.requests.push(recorded);
      this.#onRequest(recorded);
      return response;
    });
  }

  #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(step);
    this.#turn = result.catch(() => {});
    return result;
  }

  async #answer(request: CloudRequest): Promise<CloudResponse> {
    const { method, path } = request;
    const denial = denialOf(request, this.switches);
    if (denial) return denial;
    const [, collection = '', id, rest] = path.split('/');
    const route = `${method} /${collection}${id === undefined ? '' : '/id'}`;
    if (rest !== undefined) return json(404, { message: 'Not found' });
    if (route === 'GET /') return json(200, this.#self());
    if (route === 'GET /tasks')
      return json(200, { tasks: this.#allTasks(), ...linksTo(path, this.switches) });
    if (route === 'GET /tasks/id') return this.#task(id ?? '');
    if (route === 'GET /cloud-accounts') return json(200, this.#list());
    if (route === 'GET /cloud-accounts/id') return this.#account(Number(id));
    if (route === 'POST /cloud-accounts')
      return this.#change('Create', undefined, request, ['name', 'signInLoginUrl', ...REQUIRED]);
    if (route === 'PUT /cloud-accounts/id') return this.#change('Update', Number(id), request, REQUIRED);
    if (route === 'DELETE /cloud-accounts/id') return this.#change('Delete', Number(id), request, []);
    return json(404, { message: 'Not found' });
  }

  #self(): object {
    const { accountId } = this.switches;
    return { account: { id: accountId, name: 'Local', key: { name: 'local', accountId } } };
  }

  #list(): object {
    const shown = this.accounts
      .all(this.now() - this.switches.replicaLagMs)
      .map((account) => showAccount(account, this.switches));
    const cloudAccounts = [OWN_ACCOUNT, ...shown]
      .map((account) => ({ account, order: this.#random() }))
      .sort((one, other) => one.order - other.order)
      .map(({ account }) => account);
    const { accountId } = this.switches;
    return { accountId, cloudAccounts, ...linksTo('/cloud-accounts', this.switches) };
  }

  #account(id: number): CloudResponse {
    if (id === 1) return json(200, OWN_ACCOUNT);
    const account = this.accounts.get(this.now() - this.switches.replicaLagMs, id);
    return account
      ? json(200, showAccount(account, this.switches))
      : json(404, cloudError('CLOUD_ACCOUNT_NOT_FOUND'));
  }

  #allTasks(): object[] {
    return this.tasks.list
      .toSorted((one, other) => other.changedAt - one.changedAt)
      .map((task) => showTask(task, this.switches));
  }

  #task(id: string): CloudResponse {
    if (!UUID.test(id)) return json(400, { message: 'Not a task id' });
    const task = this.tasks.list.find(({ taskId }) => taskId === id);
    if (task) task.reads += 1;
    return task && task.reads > this.switches.taskReadsNotFound
      ? json(200, showTask(task, this.switches))
      : json(404, { message: 'Task was not found' });
  }

  async #change(
    kind: TaskKind,
    id: number | undefined,
    { body }: CloudRequest,
    required: string[],
  ): Promise<CloudResponse> {
    const fields = readFields(body);
    if (!fields) return json(400, { description: 'The body is not a JSON object of strings' });
    const missing = required.filter((name) => !fields[name]);
    if (missing.length > 0) return json(400, { description: `Missing: ${missing.join(', ')}` });
    if (kind === 'Update' && fields.provider) return json(400, { description: 'Unknown field: provider' });
    if (id === 1) return json(403, { message: 'Forbidden' });
    const wanted: Pick<StoredTask, 'kind' | 'accountId' | 'fields'> = { kind, accountId: id, fields };
    const lagging = this.now() - this.switches.replicaLagMs;
    if (id && this.switches.notFoundOver === 'http' && !this.accounts.get(lagging, id))
      return json(404, cloudError('CLOUD_ACCOUNT_NOT_FOUND'));
    if (this.switches.errorsOver === 'http') {
      const error = await this.tasks.errorOf(wanted, this.now());
      if (error) return json(Number.parseInt(error.status, 10), error);
    }
    const task = this.tasks.add(this.now(), uuidOf(this.#random), kind, id, fields);
    return json(kind === 'Delete' ? 200 : 202, showTask(task, this.switches));
  }
}
