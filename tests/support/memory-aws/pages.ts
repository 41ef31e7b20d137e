import type { World } from './world.ts';

type PageInput = { Marker?: string | undefined; MaxItems?: number | undefined };
type Page<T> = { items: T[]; IsTruncated: boolean; Marker?: string };

/** One page of an IAM list: the marker is the number of entries already given. */
export function iamPage<T>(world: World, all: T[], input: PageInput): Page<T> {
  const start = Number(input.Marker ?? 0);
  const end = start + Math.min(input.MaxItems ?? 100, world.pageSize);
  const items = all.slice(start, end);
  return end < all.length ? { items, IsTruncated: true, Marker: String(end) } : { items, IsTruncated: false };
}

type TokenInput = { NextToken?: string | undefined; MaxResults?: number | undefined };

/** One page of a Secrets Manager list. */
export function secretsPage<T>(
  world: World,
  all: T[],
  input: TokenInput,
): { items: T[]; NextToken?: string } {
  const start = Number(input.NextToken ?? 0);
  const end = start + Math.min(input.MaxResults ?? 100, world.pageSize);
  const items = all.slice(start, end);
  return end < all.length ? { items, NextToken: String(end) } : { items };
}
