/**
 * A deep copy of plain data. `structuredClone` can do more and takes several times as long: in the sweeps of faults that
 * is a sixth of the time.
 */
export function copy<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copy) as Value;
  if (value instanceof Date) return new Date(value) as Value;
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new Error(`A ${prototype.constructor.name} is no plain data.`);
  const copied: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const each = copy((value as Record<string, unknown>)[key]);
    // An assignment would set the prototype.
    if (key === '__proto__') Object.defineProperty(copied, key, { value: each, enumerable: true });
    else copied[key] = each;
  }
  return copied as Value;
}
