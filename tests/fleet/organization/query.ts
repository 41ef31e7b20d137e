/** What a call in AWS's query protocol asks for: lists as arrays, structures as objects. */
export type Input = { [key: string]: string | Input | (string | Input)[] };

/** Reads `A.member.1.B=c` as `{ A: [{ B: 'c' }] }`. */
export function readForm(body: string): Input {
  const root: Record<string, unknown> = {};
  for (const [key, value] of new URLSearchParams(body)) {
    const path = key.split('.');
    let at: Record<string, unknown> = root;
    for (const name of path.slice(0, -1)) {
      at[name] ??= {};
      at = at[name] as Record<string, unknown>;
    }
    at[path.at(-1) ?? ''] = value;
  }
  return withLists(root) as Input;
}

function withLists(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, withLists(each)] as const);
  if (entries.length === 1 && entries[0]?.[0] === 'member') return Object.values(entries[0][1] as object);
  return Object.fromEntries(entries);
}

/** Answers in the same protocol. */
export function toXml(value: unknown): string {
  if (Array.isArray(value)) return value.map((each) => `<member>${toXml(each)}</member>`).join('');
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .map(([key, each]) => `<${key}>${toXml(each)}</${key}>`)
      .join('');
  const text = String(value).replaceAll('&', '&amp;');
  return text.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A refusal, as AWS words it. */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}
