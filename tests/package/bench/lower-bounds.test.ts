import { describe, expect, it } from 'vitest';
import { operations } from '../../../bench/lives.ts';
import { depthOfGraph, lowerBoundGraphs, lowerBoundOf } from '../../../bench/lower-bounds.ts';

describe('The depth of a graph of calls', () => {
  const graph = [
    { call: 'read', after: {} },
    { call: 'make', after: { read: 'rule' } },
    { call: 'probe', after: { make: 'rule' } },
    { call: 'probe again', after: { probe: 'rule' } },
    { call: 'publish', after: { 'probe again': 'rule', make: 'data' } },
    { call: 'aside', after: { read: 'data' } },
  ];

  it('is the number of calls on its longest way', () => {
    expect(depthOfGraph(graph)).toBe(5);
  });

  it('without some calls still keeps what they waited for before what waits for them', () => {
    expect(depthOfGraph(graph, 'probe')).toBe(3);
  });

  it('cannot be told when a call waits for one that is not there', () => {
    expect(() => depthOfGraph([{ call: 'write', after: { read: 'rule' } }])).toThrow(
      'write waits for "read", which is not in the graph.',
    );
  });

  it('cannot be told when calls wait for one another', () => {
    const circle = [
      { call: 'one', after: { other: 'rule' } },
      { call: 'other', after: { one: 'rule' } },
    ];
    expect(() => depthOfGraph(circle)).toThrow('"one" waits for itself.');
  });
});

describe('The lower bounds', () => {
  it('are those that follow from the graphs', () => {
    const bounds = Object.fromEntries(operations.map((operation) => [operation, lowerBoundOf(operation)]));
    expect(bounds).toEqual({
      create: { withProbes: 8, withoutProbes: 6 },
      'no-op update': { withProbes: 2, withoutProbes: 2 },
      'tags update': { withProbes: 3, withoutProbes: 3 },
      rotation: { withProbes: 8, withoutProbes: 5 },
      rename: { withProbes: 14, withoutProbes: 12 },
      delete: { withProbes: 5, withoutProbes: 5 },
    });
  });

  it.each(operations)('of %s name each call once, and for each edge what it is dictated by', (operation) => {
    for (const needs of lowerBoundGraphs[operation]) {
      const calls = needs.map(({ call }) => call);
      expect(new Set(calls).size).toBe(calls.length);
      for (const why of needs.flatMap(({ after }) => Object.values(after)))
        expect(why).toMatch(/^(data|AWS|rule): \w/);
    }
  });

  it.each(operations)('of %s let no write come before everything is read', (operation) => {
    for (const needs of lowerBoundGraphs[operation]) {
      const first = needs.filter(({ after }) => Object.keys(after).length === 0).map(({ call }) => call);
      expect(first.filter((call) => !/^(Ledger: )?(Get|List|Describe)/.test(call))).toEqual([]);
    }
  });
});
