import {
  ListGroupsForUserCommand,
  ListRolePoliciesCommand,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  ListUserPoliciesCommand,
} from '@aws-sdk/client-iam';
import type { Aws } from '../aws/clients.ts';
import { absent } from '../aws/error-codes.ts';
import { allPages } from '../aws/paging.ts';

/**
 * What people hang on a user or role that the bundle never does, and that an Update leaves alone: it lets somebody in, or
 * allows more than the bundle says. An MFA device does neither.
 */

/** All of one kind, as words for a report. */
async function extras<Page extends { Marker?: string | undefined }>(
  what: string,
  ask: (marker: string | undefined) => Promise<Page>,
  itemsOf: (page: Page) => (string | undefined)[] | undefined,
): Promise<string[]> {
  const pages = allPages(async (marker) => {
    const page = await ask(marker);
    return { items: itemsOf(page), marker: page.Marker };
  });
  return ((await absent(pages)) ?? []).map((item) => `it has the ${what} ${item} and should have none`);
}

export async function userExtras({ iam }: Aws, UserName: string): Promise<string[]> {
  const lists = await Promise.all([
    extras(
      'inline policy',
      (Marker) => iam(new ListUserPoliciesCommand({ UserName, Marker })),
      (page) => page.PolicyNames,
    ),
    extras(
      'group',
      (Marker) => iam(new ListGroupsForUserCommand({ UserName, Marker })),
      (page) => page.Groups?.map(({ GroupName }) => GroupName),
    ),
    extras(
      'SSH key',
      (Marker) => iam(new ListSSHPublicKeysCommand({ UserName, Marker })),
      (page) => page.SSHPublicKeys?.map(({ SSHPublicKeyId }) => SSHPublicKeyId),
    ),
    extras(
      'signing certificate',
      (Marker) => iam(new ListSigningCertificatesCommand({ UserName, Marker })),
      (page) => page.Certificates?.map(({ CertificateId }) => CertificateId),
    ),
    extras(
      'service-specific credential',
      (Marker) => iam(new ListServiceSpecificCredentialsCommand({ UserName, Marker })),
      (page) =>
        page.ServiceSpecificCredentials?.map(
          ({ ServiceSpecificCredentialId }) => ServiceSpecificCredentialId,
        ),
    ),
  ]);
  return lists.flat();
}

export function roleExtras({ iam }: Aws, RoleName: string): Promise<string[]> {
  return extras(
    'inline policy',
    (Marker) => iam(new ListRolePoliciesCommand({ RoleName, Marker })),
    (page) => page.PolicyNames,
  );
}
