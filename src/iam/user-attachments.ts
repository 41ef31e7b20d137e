import {
  DeactivateMFADeviceCommand,
  DeleteServiceSpecificCredentialCommand,
  DeleteSigningCertificateCommand,
  DeleteSSHPublicKeyCommand,
  DeleteUserPolicyCommand,
  DeleteVirtualMFADeviceCommand,
  DetachUserPolicyCommand,
  ListAttachedUserPoliciesCommand,
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
import { allPages } from '../aws/paging.ts';
import type { Step } from '../resource/change.ts';
import { stepsFor, stepsForPages } from '../resource/deletion.ts';

/** The ARNs of the managed policies attached to a user. */
export function attachedUserPolicies(aws: Aws, UserName: string): Promise<string[]> {
  return allPages(async (Marker) => {
    const page = await aws.iam(new ListAttachedUserPoliciesCommand({ UserName, Marker }));
    return { items: page.AttachedPolicies?.map(({ PolicyArn = '' }) => PolicyArn), marker: page.Marker };
  });
}

/** Everything but keys and password: each kind blocks `DeleteUser`. */
export async function stepsForAttachments(aws: Aws, UserName: string): Promise<Step[]> {
  const { iam } = aws;
  const gone = (call: Promise<unknown>) => absent(call);
  const lists = await Promise.all([
    stepsForPages(
      (Marker) => iam(new ListMFADevicesCommand({ UserName, Marker })),
      (page) => page.MFADevices,
      ({ SerialNumber = '' }) =>
        async () => {
          await gone(iam(new DeactivateMFADeviceCommand({ UserName, SerialNumber })));
          // A virtual device is an object of IAM with an ARN; other kinds belong to a person.
          if (SerialNumber.includes(':mfa/'))
            await gone(iam(new DeleteVirtualMFADeviceCommand({ SerialNumber })));
        },
    ),
    stepsForPages(
      (Marker) => iam(new ListSSHPublicKeysCommand({ UserName, Marker })),
      (page) => page.SSHPublicKeys,
      ({ SSHPublicKeyId }) =>
        () =>
          gone(iam(new DeleteSSHPublicKeyCommand({ UserName, SSHPublicKeyId }))),
    ),
    stepsForPages(
      (Marker) => iam(new ListSigningCertificatesCommand({ UserName, Marker })),
      (page) => page.Certificates,
      ({ CertificateId }) =>
        () =>
          gone(iam(new DeleteSigningCertificateCommand({ UserName, CertificateId }))),
    ),
    stepsForPages(
      (Marker) => iam(new ListServiceSpecificCredentialsCommand({ UserName, Marker })),
      (page) => page.ServiceSpecificCredentials,
      ({ ServiceSpecificCredentialId }) =>
        () =>
          gone(iam(new DeleteServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId }))),
    ),
    stepsForPages(
      (Marker) => iam(new ListGroupsForUserCommand({ UserName, Marker })),
      (page) => page.Groups,
      ({ GroupName }) =>
        () =>
          gone(iam(new RemoveUserFromGroupCommand({ UserName, GroupName }))),
    ),
    stepsForPages(
      (Marker) => iam(new ListUserPoliciesCommand({ UserName, Marker })),
      (page) => page.PolicyNames,
      (PolicyName) => () => gone(iam(new DeleteUserPolicyCommand({ UserName, PolicyName }))),
    ),
    stepsFor(
      absent(attachedUserPolicies(aws, UserName)),
      (PolicyArn) => () => gone(iam(new DetachUserPolicyCommand({ UserName, PolicyArn }))),
    ),
  ]);
  return lists.flat();
}
