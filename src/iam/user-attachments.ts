import {
  DeactivateMFADeviceCommand,
  DeleteServiceSpecificCredentialCommand,
  DeleteSigningCertificateCommand,
  DeleteSSHPublicKeyCommand,
  DeleteUserPolicyCommand,
  DeleteVirtualMFADeviceCommand,
  ListGroupsForUserCommand,
  ListMFADevicesCommand,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  ListUserPoliciesCommand,
  RemoveUserFromGroupCommand,
} from '@aws-sdk/client-iam';
import type { Aws } from '../aws/clients.ts';
import { absent } from '../aws/error-codes.ts';
import { type Hanging, hanging } from '../resource/deletion.ts';

/** What people may hang on a user, and an Update leaves alone: each kind blocks `DeleteUser`. */
export function hangingOnUser({ iam }: Aws, UserName: string): Hanging[] {
  return [
    hanging(
      (Marker) => iam(new ListUserPoliciesCommand({ UserName, Marker })),
      (page) => page.PolicyNames,
      (PolicyName) => iam(new DeleteUserPolicyCommand({ UserName, PolicyName })),
      'inline policy',
    ),
    hanging(
      (Marker) => iam(new ListGroupsForUserCommand({ UserName, Marker })),
      (page) => page.Groups?.map(({ GroupName = '' }) => GroupName),
      (GroupName) => iam(new RemoveUserFromGroupCommand({ UserName, GroupName })),
      'group',
    ),
    ...credentialsOf(iam, UserName),
    // An MFA device lets nobody in, so it is no drift.
    hanging(
      (Marker) => iam(new ListMFADevicesCommand({ UserName, Marker })),
      (page) => page.MFADevices?.map(({ SerialNumber = '' }) => SerialNumber),
      async (SerialNumber) => {
        await absent(iam(new DeactivateMFADeviceCommand({ UserName, SerialNumber })));
        // A virtual device is an object of IAM with an ARN; other kinds belong to a person.
        if (SerialNumber.includes(':mfa/')) await iam(new DeleteVirtualMFADeviceCommand({ SerialNumber }));
      },
    ),
  ];
}

/** Credentials of the kinds that the bundle never makes. */
function credentialsOf(iam: Aws['iam'], UserName: string): Hanging[] {
  return [
    hanging(
      (Marker) => iam(new ListSSHPublicKeysCommand({ UserName, Marker })),
      (page) => page.SSHPublicKeys?.map(({ SSHPublicKeyId = '' }) => SSHPublicKeyId),
      (SSHPublicKeyId) => iam(new DeleteSSHPublicKeyCommand({ UserName, SSHPublicKeyId })),
      'SSH key',
    ),
    hanging(
      (Marker) => iam(new ListSigningCertificatesCommand({ UserName, Marker })),
      (page) => page.Certificates?.map(({ CertificateId = '' }) => CertificateId),
      (CertificateId) => iam(new DeleteSigningCertificateCommand({ UserName, CertificateId })),
      'signing certificate',
    ),
    hanging(
      (Marker) => iam(new ListServiceSpecificCredentialsCommand({ UserName, Marker })),
      (page) => page.ServiceSpecificCredentials?.map(({ ServiceSpecificCredentialId: id = '' }) => id),
      (ServiceSpecificCredentialId) =>
        iam(new DeleteServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId })),
      'service-specific credential',
    ),
  ];
}
