import {
  DeactivateMFADeviceCommand,
  DeleteServiceSpecificCredentialCommand,
  DeleteSigningCertificateCommand,
  DeleteSSHPublicKeyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  DeleteVirtualMFADeviceCommand,
  DetachUserPolicyCommand,
  GetUserCommand,
  ListGroupsForUserCommand,
  ListMFADevicesCommand,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  ListUserPoliciesCommand,
  RemoveUserFromGroupCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { type Aws, absent } from '../aws/clients.ts';
import { fromAwsTags, type Tags } from '../bundle/tags.ts';
import { dropPatiently, type Removal, stepsFor, stepsForPages } from '../resource/deletion.ts';
import type { Step } from '../resource/resource.ts';
import { type AccessKey, deleteAccessKey, listAccessKeys } from './access-key.ts';
import { hasLoginProfile, removePassword } from './login-profile.ts';
import { attachedUserPolicies } from './user.ts';

export interface UserToRemove {
  tags: Tags;
  keys: AccessKey[];
  removal: Removal;
}

/** Looks at a user and at everything that hangs on it; undefined if there is no such user. */
export async function userToRemove(aws: Aws, UserName: string): Promise<UserToRemove | undefined> {
  const deleteKey =
    ({ id }: AccessKey) =>
    () =>
      deleteAccessKey(aws, UserName, id);
  const disableKey =
    ({ id: AccessKeyId }: AccessKey) =>
    () =>
      absent(aws.iam(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Inactive' })));
  const keyList = listAccessKeys(aws, UserName);
  const profile = hasLoginProfile(aws, UserName);
  const [found, keys, disableKeys, deleteKeys, dropPassword, extras] = await Promise.all([
    absent(aws.iam(new GetUserCommand({ UserName }))),
    keyList.catch(() => []),
    stepsFor(
      keyList.then((all) => all?.filter(({ active }) => active)),
      disableKey,
    ),
    stepsFor(keyList, deleteKey),
    stepsFor(
      profile.then((has) => (has ? [UserName] : [])),
      () => () => removePassword(aws, UserName),
    ),
    listExtras(aws, UserName),
  ]);
  if (!found?.User) return undefined;
  return {
    tags: fromAwsTags(found.User.Tags),
    keys: keys ?? [],
    removal: {
      what: `user "${UserName}"`,
      kill: [...disableKeys, ...dropPassword],
      strip: [...deleteKeys, ...extras],
      drop: () =>
        dropPatiently(
          aws,
          () => absent(aws.iam(new DeleteUserCommand({ UserName }))),
          async () => [
            ...(await stepsFor(listAccessKeys(aws, UserName), deleteKey)),
            () => removePassword(aws, UserName),
            ...(await listExtras(aws, UserName)),
          ],
        ),
    },
  };
}

/** Everything but keys and password: each kind blocks `DeleteUser`. */
async function listExtras(aws: Aws, UserName: string): Promise<Step[]> {
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
