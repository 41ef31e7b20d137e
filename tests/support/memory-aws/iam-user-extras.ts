import type * as iam from '@aws-sdk/client-iam';
import { deleteConflict, noSuchEntity } from './iam-errors.ts';
import { read, user } from './iam-lookup.ts';
import type { Operations } from './operation.ts';
import { iamPage } from './pages.ts';
import type { World } from './world.ts';

const LONG_AGO = new Date(0);

function without(list: string[], item: string | undefined, what: string): string[] {
  if (!list.includes(item ?? '')) throw noSuchEntity(`The ${what} ${item} cannot be found.`);
  return list.filter((each) => each !== item);
}

/** What people hang on a user by hand, and what has to go before the user can. */
export const userExtraOperations = {
  ListMFADevices(world: World, input: iam.ListMFADevicesCommandInput) {
    const entity = read(world, user(world, input.UserName));
    const { items, ...page } = iamPage(world, entity.mfaDevices, input);
    return {
      ...page,
      MFADevices: items.map((SerialNumber) => ({
        UserName: entity.name,
        SerialNumber,
        EnableDate: LONG_AGO,
      })),
    };
  },

  DeactivateMFADevice(world: World, input: iam.DeactivateMFADeviceCommandInput) {
    const entity = user(world, input.UserName);
    entity.mfaDevices = without(entity.mfaDevices, input.SerialNumber, 'MFA device with serial number');
    const serial = input.SerialNumber ?? '';
    if (serial in world.virtualMfaDevices) world.virtualMfaDevices[serial] = undefined;
    return {};
  },

  DeleteVirtualMFADevice(world: World, input: iam.DeleteVirtualMFADeviceCommandInput) {
    const serial = input.SerialNumber ?? '';
    if (!(serial in world.virtualMfaDevices))
      throw noSuchEntity(`VirtualMFADevice ${serial} does not exist.`);
    if (world.virtualMfaDevices[serial] !== undefined) throw deleteConflict('an assigned MFA device.');
    delete world.virtualMfaDevices[serial];
    return {};
  },

  ListSSHPublicKeys(world: World, input: iam.ListSSHPublicKeysCommandInput) {
    const entity = read(world, user(world, input.UserName));
    const { items, ...page } = iamPage(world, entity.sshKeys, input);
    return {
      ...page,
      SSHPublicKeys: items.map((SSHPublicKeyId) => ({
        UserName: entity.name,
        SSHPublicKeyId,
        Status: 'Active' as const,
        UploadDate: LONG_AGO,
      })),
    };
  },

  DeleteSSHPublicKey(world: World, input: iam.DeleteSSHPublicKeyCommandInput) {
    const entity = user(world, input.UserName);
    entity.sshKeys = without(entity.sshKeys, input.SSHPublicKeyId, 'Public Key with id');
    return {};
  },

  ListSigningCertificates(world: World, input: iam.ListSigningCertificatesCommandInput) {
    const entity = read(world, user(world, input.UserName));
    const { items, ...page } = iamPage(world, entity.certificates, input);
    return {
      ...page,
      Certificates: items.map((CertificateId) => ({
        UserName: entity.name,
        CertificateId,
        CertificateBody: '-',
        Status: 'Active' as const,
      })),
    };
  },

  DeleteSigningCertificate(world: World, input: iam.DeleteSigningCertificateCommandInput) {
    const entity = user(world, input.UserName);
    entity.certificates = without(entity.certificates, input.CertificateId, 'Certificate with id');
    return {};
  },

  /** This list comes in one page whatever its length, unless the caller asks for less. */
  ListServiceSpecificCredentials(world: World, input: iam.ListServiceSpecificCredentialsCommandInput) {
    const entity = read(world, user(world, input.UserName));
    return {
      IsTruncated: false,
      ServiceSpecificCredentials: entity.serviceCredentials.map((ServiceSpecificCredentialId) => ({
        UserName: entity.name,
        ServiceSpecificCredentialId,
        ServiceUserName: `${entity.name}-at-${world.accountId}`,
        ServiceName: 'codecommit.amazonaws.com',
        Status: 'Active' as const,
        CreateDate: LONG_AGO,
      })),
    };
  },

  DeleteServiceSpecificCredential(world: World, input: iam.DeleteServiceSpecificCredentialCommandInput) {
    const entity = user(world, input.UserName);
    const id = input.ServiceSpecificCredentialId;
    entity.serviceCredentials = without(entity.serviceCredentials, id, 'service specific credential');
    return {};
  },

  ListGroupsForUser(world: World, input: iam.ListGroupsForUserCommandInput) {
    const entity = read(world, user(world, input.UserName));
    const { items, ...page } = iamPage(world, entity.groups, input);
    return {
      ...page,
      Groups: items.map((GroupName) => ({
        Path: '/',
        GroupName,
        GroupId: world.groups[GroupName]?.id ?? '',
        Arn: `arn:${world.partition}:iam::${world.accountId}:group/${GroupName}`,
        CreateDate: LONG_AGO,
      })),
    };
  },

  RemoveUserFromGroup(world: World, input: iam.RemoveUserFromGroupCommandInput) {
    const entity = user(world, input.UserName);
    entity.groups = without(entity.groups, input.GroupName, 'group with name');
    return {};
  },
} satisfies Operations;
