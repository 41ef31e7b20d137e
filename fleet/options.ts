import { UsageError } from './usage-error.ts';

/** Reads a whole number of an option. */
export const numberFrom =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most)
      throw new UsageError(`"${text}" is not a whole number from ${least} to ${most}.`);
    return value;
  };

/** The name of a role, with its path if it has one. */
export function roleFrom(text: string): string {
  if (!/^\/?([\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/.test(text))
    throw new UsageError(
      `"${text}" is not the name of a role (with its path, if it has one), as in Auditor or audit/Auditor.`,
    );
  return text;
}

/** Account ids with commas or blanks between them. */
export function accountsFrom(text: string): string[] {
  const accounts = text.split(/[\s,]+/).filter(Boolean);
  const wrong = accounts.find((account) => !/^\d{12}$/.test(account));
  if (wrong || accounts.length === 0)
    throw new UsageError(`"${wrong ?? text}" is not an account id of 12 digits.`);
  return accounts;
}
