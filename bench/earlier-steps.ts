/** What was tried to make the bundle smaller, in this order; each step on top of those kept before. */
export interface SizeStep {
  step: string;
  bytes: number;
  /** To load the code; median of 31 starts, in milliseconds. Absent where the bytes stayed the same. */
  loadMs?: number;
  /** To load it and make the first calls, likewise. */
  firstCallsMs?: number;
  kept: string;
}

/** Measured once, when the build was set up, with a stand-in for the function that used all its commands. */
export const sizeSteps: SizeStep[] = [
  { step: 'As esbuild does it by itself', bytes: 608_036, loadMs: 63.8, firstCallsMs: 86.8, kept: '–' },
  {
    step: 'The SDK as ES modules, which can be tree-shaken (`mainFields`)',
    bytes: 384_984,
    loadMs: 37.9,
    firstCallsMs: 74.8,
    kept: 'yes',
  },
  {
    step: 'Conditions `module` and `import` as well',
    bytes: 384_984,
    kept: 'no: no effect',
  },
  {
    step: 'Credentials from environment variables only',
    bytes: 270_524,
    loadMs: 31.4,
    firstCallsMs: 69.2,
    kept: 'yes',
  },
  {
    step: 'Of each package.json only the version',
    bytes: 263_791,
    loadMs: 30.1,
    firstCallsMs: 66.5,
    kept: 'yes',
  },
  { step: 'No event streams', bytes: 244_088, loadMs: 25.9, firstCallsMs: 61.4, kept: 'yes' },
  { step: 'No SigV4a', bytes: 240_037, loadMs: 25.3, firstCallsMs: 59.7, kept: 'no: 4 KB' },
  {
    step: 'No JavaScript SHA-256, Region look-up or ini files',
    bytes: 233_284,
    loadMs: 24.5,
    firstCallsMs: 58.5,
    kept: 'no: 7 KB for three more stand-ins',
  },
];
