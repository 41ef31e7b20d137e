/**
 * A number from 0 to 1 that looks drawn, and the state for the next one: the same from the same state, so that a story
 * that is told again goes the same way.
 */
export function draw(state: number): { drawn: number; next: number } {
  const next = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(next ^ (next >>> 15), next | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return { drawn: ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32, next };
}
