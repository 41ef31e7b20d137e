import { type AccountStatus, findingsOf, urgencyOf } from '../status/account-status.ts';

export interface Column {
  title: string;
  /** As people read it. */
  show: (status: AccountStatus) => string;
  /** What it is sorted by, if that is not what is shown. */
  sort?: (status: AccountStatus) => number | string;
  /** Left out of the table of a terminal, which has no room for it. */
  wide?: true;
}

const UNKNOWN = 'unknown';
const orUnknown = (value: string | number | null): string => (value === null ? UNKNOWN : String(value));
/** What an account that was not read would have is not "unknown" a dozen times; its problem says why. */
const ifRead =
  (show: (status: AccountStatus) => string) =>
  (status: AccountStatus): string =>
    status.reading === 'read' ? show(status) : '';

export const columns: Column[] = [
  { title: 'account', show: ({ account }) => account },
  { title: 'region', show: ({ region }) => region },
  { title: 'finding', show: (status) => findingsOf(status).join(', '), sort: urgencyOf },
  { title: 'stack', show: ifRead(({ stackStatus }) => orUnknown(stackStatus)) },
  { title: 'instance', show: ({ instance }) => instance, wide: true },
  { title: 'access', show: ifRead(({ access }) => orUnknown(access)), wide: true },
  { title: 'version', show: ifRead(({ version }) => orUnknown(version)) },
  { title: 'edition', show: ifRead(({ policyEdition }) => orUnknown(policyEdition)) },
  {
    title: 'key age',
    show: ifRead(({ keyAgeDays }) => (keyAgeDays === null ? UNKNOWN : `${keyAgeDays} d`)),
    sort: ({ keyAgeDays }) => keyAgeDays ?? -1,
  },
  {
    title: 'last use',
    show: ifRead(({ keyLastUsed, keyLastUsedService }) =>
      `${orUnknown(keyLastUsed).replace(/T.*/, '')} ${keyLastUsedService ?? ''}`.trim(),
    ),
    sort: ({ keyLastUsed }) => keyLastUsed ?? '',
  },
  {
    title: 'registration',
    show: ifRead(({ registration, cloudAccountId }) =>
      cloudAccountId ? `${registration} (${cloudAccountId})` : orUnknown(registration),
    ),
  },
  { title: 'drift', show: ifRead(({ drift }) => orUnknown(drift)), sort: ({ drift }) => drift ?? -1 },
  {
    title: 'warnings',
    show: ({ reading, problem, warnings }) => (reading === 'read' ? (warnings ?? '') : problem),
  },
  { title: 'secret', show: ({ secretArn }) => secretArn ?? '', wide: true },
];
