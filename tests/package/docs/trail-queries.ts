/**
 * Runs the queries of docs/security/detect.md on records of CloudTrail: what the SQL says, in SQLite with the functions of
 * Athena, and what the filters of Logs Insights say. That the SQL is Athena's, `scripts/policies.ts` looks.
 */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';

type Value = string | number | boolean | null | undefined | { [name: string]: Value };
export type CloudTrailRecord = Record<string, unknown>;

const at = (record: CloudTrailRecord, path: string): Value =>
  path
    .split('.')
    .reduce<Value>((value, name) => (value as Record<string, Value> | undefined)?.[name], record as never);

/** The columns that the queries name, with where they come from. */
const COLUMNS = {
  ...Object.fromEntries(
    ['eventTime', 'eventSource', 'eventName', 'sourceIPAddress', 'userAgent', 'errorCode', 'errorMessage']
      .concat('readOnly', 'requestParameters', 'responseElements', 'additionalEventData')
      .map((name) => [name.toLowerCase(), name]),
  ),
  useridentity_type: 'userIdentity.type',
  useridentity_arn: 'userIdentity.arn',
  useridentity_username: 'userIdentity.userName',
  useridentity_invokedby: 'userIdentity.invokedBy',
};

/** The rows that a query finds in these records. */
export function athena(sql: string, records: CloudTrailRecord[]): Record<string, unknown>[] {
  const database = new DatabaseSync(':memory:');
  try {
    database.exec('PRAGMA case_sensitive_like = ON');
    const text = (value: unknown) => String(value ?? '');
    const define = (name: string, run: (...given: never[]) => SQLInputValue) =>
      database.function(name, { deterministic: true }, run as never);
    define('regexp_like', (value: string, pattern: string) => Number(regExp(pattern).test(text(value))));
    define(
      'regexp_extract',
      (value: string, pattern: string) => regExp(pattern).exec(text(value))?.[0] ?? null,
    );
    define('from_iso8601_timestamp', (value: string) => Date.parse(value));
    define('days_ago', (days: number) => Date.now() - days * 86_400_000);
    define('json_extract_scalar', (value: string | null, path: string) =>
      String(JSON.parse(value ?? '{}')?.[path.slice(2)] ?? ''),
    );
    database.aggregate('array_agg', {
      start: '',
      step: (all: string, value: SQLInputValue) => `${all} ${value}`,
    } as never);
    const names = Object.keys(COLUMNS);
    database.exec(`CREATE TABLE cloudtrail_logs (${names.join(', ')})`);
    const insert = database.prepare(`INSERT INTO cloudtrail_logs VALUES (${names.map(() => '?').join()})`);
    for (const record of records)
      insert.run(...Object.values(COLUMNS).map((path) => asColumn(at(record, path))));
    return database
      .prepare(
        sql
          .replaceAll(
            /useridentity\.([a-z.]+)/g,
            (_, path: string) => `useridentity_${path.replaceAll('.', '_')}`,
          )
          .replaceAll(/current_timestamp - INTERVAL '(\d+)' DAY/g, 'days_ago($1)'),
      )
      .all();
  } finally {
    database.close();
  }
}

/** The table of CloudTrail has texts; what is an object, it has as JSON. */
function asColumn(value: Value): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function regExp(pattern: string): RegExp {
  const [, flag = '', source = ''] = /^(\(\?i\))?(.*)$/s.exec(pattern) ?? [];
  return new RegExp(source, flag && 'i');
}

/** The records that the filters of a query let through. */
export function insights(query: string, records: CloudTrailRecord[]): CloudTrailRecord[] {
  const filters = query
    .trim()
    .split(/\n\| /)
    .filter((part) => part.startsWith('filter '))
    .map((part) => condition(part.slice('filter '.length)));
  return records.filter((record) => filters.every((filter) => filter(record)));
}

/** A condition of `filter`, as JavaScript. What a field that is missing makes of "not like" is not relied upon. */
function condition(text: string): (record: CloudTrailRecord) => boolean {
  const script = text
    .replaceAll(/([@\w.]+) (not )?like (\/.+?\/(?=[\s)]|$)|"[^"]*")/g, (_, path, not, given: string) => {
      const regular = given.startsWith('/')
        ? given.slice(1, -1)
        : given.slice(1, -1).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      return `${not ? 'unlike' : 'like'}(${JSON.stringify(path)}, ${JSON.stringify(regular)})`;
    })
    .replaceAll(/([\w.]+) in (\[[^\]]*\])/g, '$2.includes(get("$1"))')
    .replaceAll(/ispresent\(([\w.]+)\)/g, '(get("$1") !== undefined)')
    .replaceAll(
      /([A-Za-z][\w.]+) (!?=) ("[^"]*"|\d+)/g,
      (_, path, operator, value) => `(get("${path}") ${operator === '=' ? '===' : '!=='} ${value})`,
    )
    .replaceAll(/"(?:[^"\\]|\\.)*"|\b(and|or|not)\b/g, (found, word?: 'and' | 'or' | 'not') =>
      word ? { and: '&&', or: '||', not: '!' }[word] : found,
    )
    .replaceAll('\n', ' ');
  const run = new Function('get', 'like', 'unlike', `return ${script};`);
  return (record) => {
    const get = (path: string) => {
      const value = path === '@message' ? JSON.stringify(record) : at(record, path);
      if (value === null) return undefined;
      return typeof value === 'boolean' ? Number(value) : value;
    };
    const like = (path: string, source: string) => regExp(source).test(String(get(path) ?? ''));
    const unlike = (path: string, source: string) => {
      if (get(path) === undefined) throw new Error(`"${path}" is missing: ask ispresent first.`);
      return !like(path, source);
    };
    return run(get, like, unlike) as boolean;
  };
}
