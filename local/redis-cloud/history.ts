/** A value that changes with time, also at moments to come; what is read may be of an earlier moment. */
export class History<T> {
  readonly #entries: { at: number; value: T }[];

  /** @param entries what another one has told of itself */
  constructor(entries: readonly { at: number; value: T }[] = []) {
    this.#entries = [...entries];
  }

  /** All that it holds; what changes it later is not in there. */
  get entries(): { at: number; value: T }[] {
    return [...this.#entries];
  }

  /** From this moment on the value is another; what was planned for later is forgotten. */
  set(at: number, value: T): void {
    while ((this.#entries.at(-1)?.at ?? -1) > at) this.#entries.pop();
    this.plan(at, value);
  }

  /** As `set`, after what is planned already. */
  plan(at: number, value: T): void {
    this.#entries.push({ at, value });
  }

  /** The value of a moment; undefined before there was any. */
  at(moment: number): T | undefined {
    return this.#entries.findLast(({ at }) => at <= moment)?.value;
  }
}
