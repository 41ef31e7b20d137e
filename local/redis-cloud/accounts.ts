import { History } from './history.ts';
import type { Switches } from './switches.ts';
import type { Fields, StoredAccount } from './types.ts';

type Account = StoredAccount | undefined;

/** All cloud accounts of a moment, with their past and what was planned for them. */
export interface SavedAccounts {
  nextId: number;
  histories: [id: number, entries: { at: number; value: Account }[]][];
}

/** The cloud accounts of a Redis account: what they are, what they will be, and what the replica shows of them. */
export class Accounts {
  readonly #histories = new Map<number, History<Account>>();
  readonly #switches: Switches;
  #nextId = 16_960;

  constructor(switches: Switches) {
    this.#switches = switches;
  }

  save(): SavedAccounts {
    const histories = [...this.#histories].map(([id, history]) => [id, history.entries] as const);
    return structuredClone({ nextId: this.#nextId, histories }) as SavedAccounts;
  }

  load(saved: SavedAccounts): void {
    const { nextId, histories } = structuredClone(saved);
    this.#nextId = nextId;
    this.#histories.clear();
    for (const [id, entries] of histories) this.#histories.set(id, new History(entries));
  }

  /** Begins a cloud account: draft, pending, active. */
  create(at: number, fields: Fields, ends: string = this.#switches.createEnds): number {
    this.#nextId += 1;
    const id = this.#nextId;
    const { draftMs, pendingMs } = this.#switches;
    const history = this.#history(id);
    history.set(at, { id, fields, status: 'draft' });
    history.plan(at + draftMs, { id, fields, status: 'pending' });
    history.plan(at + draftMs + pendingMs, { id, fields, status: ends });
    return id;
  }

  /** What a person or another tool has made a while ago. */
  seed(at: number, fields: Fields, status = 'active'): number {
    this.#nextId += 1;
    this.set(at, { id: this.#nextId, fields, status });
    return this.#nextId;
  }

  update(at: number, account: StoredAccount): void {
    const { draftMs, pendingMs } = this.#switches;
    const history = this.#history(account.id);
    history.set(at, { ...account, status: 'change-draft' });
    history.plan(at + draftMs, { ...account, status: 'change-pending' });
    history.plan(at + draftMs + pendingMs, { ...account, status: 'active' });
  }

  delete(at: number, account: StoredAccount): void {
    const history = this.#history(account.id);
    history.set(at, { ...account, status: 'delete-draft' });
    history.plan(at + this.#switches.deletingMs, undefined);
  }

  /** Makes it so at once. */
  set(at: number, account: StoredAccount): void {
    this.#history(account.id).set(at, account);
  }

  remove(at: number, id: number): void {
    this.#history(id).set(at, undefined);
  }

  /** As it is. */
  get(at: number, id: number): StoredAccount | undefined {
    return this.#histories.get(id)?.at(at);
  }

  all(at: number): StoredAccount[] {
    return [...this.#histories.values()].map((history) => history.at(at)).filter((one) => one !== undefined);
  }

  #history(id: number): History<Account> {
    const history = this.#histories.get(id) ?? new History<Account>();
    this.#histories.set(id, history);
    return history;
  }
}
