import { describe, expect, test } from 'vitest';
import { matches, type Pattern } from './event-pattern.ts';
import { readPage } from './markdown.ts';
import { RULES, TRIED } from './trail-cases.ts';
import { call, WHO } from './trail-events.ts';
import { athena, insights } from './trail-queries.ts';

const page = readPage('docs/security/detect.md');
const blocks = (language: string) =>
  page.blocks.filter((block) => block.language === language).map(({ code }) => code);
const patterns = blocks('json').map((code) => JSON.parse(code) as Pattern);
const sql = blocks('sql');
const queries = blocks('insights');

test('each question has a query for Athena, one for Logs Insights, and a pattern', () => {
  expect([sql.length, queries.length, patterns.length]).toEqual([5, 5, RULES.length]);
});

test.each(TRIED)('question %i, rule %s, finds: %s (%s)', (_question, rule, found, _what, event) => {
  expect(matches(patterns[RULES.indexOf(rule)] as Pattern, event as never)).toBe(found);
});

test.each(TRIED)(
  'question %i (%s), asked of Athena, finds: %s (%s)',
  (question, _rule, found, _what, event) => {
    const month = new Date(Date.now() - 30 * 86_400_000).toISOString();
    const seen = call('ec2', 'DescribeVpcs', WHO.redis, {}, '203.0.113.9').detail;
    const records = question === 1 ? [{ ...seen, eventTime: month }, event.detail] : [event.detail];
    expect(athena(sql[question - 1] ?? '', records).length > 0).toBe(found);
  },
);

test.each(TRIED)(
  'question %i (%s), asked of Logs Insights, finds: %s (%s)',
  (question, _rule, found, what, event) => {
    // Which networks are old ones, the reader of the list sees.
    const isListed = found || what === 'a network of Redis';
    expect(insights(queries[question - 1] ?? '', [event.detail]).length > 0).toBe(isListed);
  },
);

test('the network is told by its first two numbers, or groups of an IPv6 address, by both queries', () => {
  const [, pattern = ''] = /parse sourceIPAddress \/(.+)\/$/m.exec(queries[0] ?? '') ?? [];
  for (const [address, network] of [
    ['192.0.2.44', '192.0'],
    ['2001:db8:1::7', '2001:db8'],
  ] as const) {
    const [row] = athena(sql[0] ?? '', [call('ec2', 'StopInstances', WHO.redis, {}, address).detail]);
    expect(row?.network).toBe(network);
    expect(new RegExp(pattern).exec(address)?.groups?.network).toBe(network);
  }
});

describe.each(sql.map((text, index) => [index + 1, text] as const))(
  'the SQL of question %i',
  (_number, text) => {
    test('is one SELECT with its clauses in order, and closes what it opens', () => {
      const bare = text.replaceAll(/'[^']*'/g, "''");
      expect(bare.match(/'/g)?.length ?? 0).toSatisfy((quotes: number) => quotes % 2 === 0);
      expect(bare.match(/\(/g)?.length).toBe(bare.match(/\)/g)?.length);
      expect(bare).not.toContain(';');
      const clauses = [...bare.matchAll(/^(SELECT|FROM|WHERE|GROUP BY|HAVING|ORDER BY)\b/gm)].map(
        ([, word]) => word,
      );
      const order = ['SELECT', 'FROM', 'WHERE', 'GROUP BY', 'HAVING', 'ORDER BY'];
      expect(clauses).toEqual(order.filter((word) => clauses.includes(word)));
      expect(clauses.slice(0, 3)).toEqual(['SELECT', 'FROM', 'WHERE']);
    });

    test('names columns that the table of CloudTrail has', () => {
      const columns = [
        'additionaleventdata',
        'errorcode',
        'errormessage',
        'eventname',
        'eventsource',
        'eventtime',
        'readonly',
        'requestparameters',
        'responseelements',
        'sourceipaddress',
        'useragent',
        'useridentity',
      ];
      const words =
        text
          .replaceAll(/'[^']*'/g, '')
          .replaceAll(/\bAS \w+/g, '')
          .replaceAll(/\b\w+\(/g, '')
          .match(/\b[a-z_]+(?:\.[a-z]+)*\b/g) ?? [];
      const own = ['cloudtrail_logs', 'current_timestamp', 'first_seen'];
      const fields = ['type', 'arn', 'username', 'invokedby'];
      for (const word of words.filter((each) => !own.includes(each))) {
        const [column = '', ...rest] = word.split('.');
        expect(columns).toContain(column);
        if (rest.length > 0)
          expect([column, fields]).toEqual(['useridentity', expect.arrayContaining([rest.join('.')])]);
      }
    });
  },
);

test('what Logs Insights is asked is made of commands that it has, and regular expressions that are some', () => {
  for (const query of queries) {
    const commands = query
      .trim()
      .split(/\n\| /)
      .map((part) => part.split(' ')[0]);
    for (const command of commands) expect(['fields', 'filter', 'parse', 'stats', 'sort']).toContain(command);
    for (const [, ignoreCase, source = ''] of query.matchAll(
      /(?:like|sourceIPAddress) \/(\(\?i\))?(.+?)\/(?=\)| |$)/gm,
    ))
      expect(() => new RegExp(source, ignoreCase ? 'i' : '')).not.toThrow();
  }
});

test('the page names the entities by the names that they have by default', () => {
  for (const name of [
    'redislabs-user',
    'redislabs-role',
    'redislabs-cluster-node-role',
    'RedislabsIAMUserRestrictedPolicy',
    'RedisLabsInstanceRolePolicy',
    'rv-access/',
  ])
    expect(page.text).toContain(name);
});
