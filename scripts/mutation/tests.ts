/**
 * Stands in for `vitest` in the test files while defects are tried: collects their tests, so that each can be carried out
 * again and again without anything being loaded anew.
 */
export { expect, vi } from '../../node_modules/vitest/dist/index.js';

type Body = (...args: unknown[]) => unknown;

/** Hooks and name of a `describe`, or of a file. */
interface Scope {
  name: string;
  before: Body[];
  after: Body[];
}

export interface Collected {
  /** File and titles. */
  id: string;
  file: string;
  /** From the outermost to the innermost. */
  scopes: Scope[];
  body: () => unknown;
}

export const collected: Collected[] = [];
let scopes: Scope[] = [];

/** What is declared from now on is of this file. */
export function beginFile(name: string): void {
  scopes = [{ name, before: [], after: [] }];
}

const innermost = () => scopes.at(-1) as Scope;
export const beforeEach = (hook: Body): void => void innermost().before.push(hook);
export const afterEach = (hook: Body): void => void innermost().after.unshift(hook);

function addTest(title: string, body: () => unknown): void {
  const [{ name: file } = { name: '' }] = scopes;
  const id = [...scopes.map(({ name }) => name), title].join(' > ');
  const same = collected.filter((one) => one.id === id || one.id.startsWith(`${id} (again `)).length;
  collected.push({ id: same > 0 ? `${id} (again ${same})` : id, file, scopes, body });
}

function addGroup(name: string, body: () => unknown): void {
  const outer = scopes;
  scopes = [...outer, { name, before: [], after: [] }];
  body();
  scopes = outer;
}

/** `test` and `describe`, with `each`; a time-out of a test's own is of no use here. */
const declaring = (add: (title: string, body: () => unknown) => void) =>
  Object.assign((title: string, ...rest: unknown[]) => add(title, rest.findLast(isBody) as Body), {
    each:
      (rows: readonly unknown[]) =>
      (title: string, ...rest: unknown[]) => {
        const body = rest.findLast(isBody) as Body;
        const areLists = rows.every(Array.isArray);
        for (const [index, row] of rows.entries())
          add(`${title} [${index}]`, () => body(...(areLists ? (row as unknown[]) : [row])));
      },
  });
const isBody = (value: unknown) => typeof value === 'function';

export const test = declaring(addTest);
export const describe = declaring(addGroup);
