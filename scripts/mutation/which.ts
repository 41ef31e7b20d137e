/**
 * The tests that a defect is tried on: those of the function on the AWS in memory. A defect that is not noticed is tried on
 * every test that comes to it, so those that take seconds are left out: they try the same on many days and in many orders.
 */
export const TESTS = {
  include: [
    'tests/unit/{ledger,credentials,resource,reconcile,cloudformation,secret}/**/*.test.ts',
    'tests/lifecycle/*.test.ts',
  ],
  exclude: ['tests/lifecycle/{year,orders,two-properties-at-once,stale-reads-*,swapped-names}.test.ts'],
};
