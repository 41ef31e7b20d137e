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
import { type AccessKey, deleteAccessKey, listAccessKeys } from '../access-key.ts';
import { type Aws, absent, allPages } from '../aws.ts';
import { hasLoginProfile, removePassword } from '../console-password.ts';
import type { Step } from '../entity.ts';
import { fromAwsTags, type Tags } from '../tags.ts';
import { dropPatiently, type Removal, stepsFor } from './removal.ts';
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
    stepsFor(
      absent(
        allPages(async (Marker) => {
          const page = await iam(new ListMFADevicesCommand({ UserName, Marker }));
          return { items: page.MFADevices, marker: page.Marker };
        }),
      ),
      ({ SerialNumber = '' }) =>
        async () => {
          await gone(iam(new DeactivateMFADeviceCommand({ UserName, SerialNumber })));
          // A virtual device is an object of IAM with an ARN; other kinds belong to a person.
          if (SerialNumber.includes(':mfa/'))
            await gone(iam(new DeleteVirtualMFADeviceCommand({ SerialNumber })));
        },
    ),
    stepsFor(
      absent(
        allPages(async (Marker) => {
          const page = await iam(new ListSSHPublicKeysCommand({ UserName, Marker }));
          return { items: page.SSHPublicKeys, marker: page.Marker };
        }),
      ),
      ({ SSHPublicKeyId }) =>
        () =>
          gone(iam(new DeleteSSHPublicKeyCommand({ UserName, SSHPublicKeyId }))),
    ),
    stepsFor(
      absent(
        allPages(async (Marker) => {
          const page = await iam(new ListSigningCertificatesCommand({ UserName, Marker }));
          return { items: page.Certificates, marker: page.Marker };
        }),
      ),
      ({ CertificateId }) =>
        () =>
          gone(iam(new DeleteSigningCertificateCommand({ UserName, CertificateId }))),
    ),
    stepsFor(
      absent(
        allPages(async (Marker) => {
          const page = await iam(new ListServiceSpecificCredentialsCommand({ UserName, Marker }));
          return { items: page.ServiceSpecificCredentials, marker: page.Marker };
        }),
      ),
      ({ ServiceSpecificCredentialId }) =>
        () =>
          gone(iam(new DeleteServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId }))),
    ),
    stepsFor(
      absent(
        allPages(async (Marker) => {
          const page = await iam(new ListGroupsForUserCommand({ UserName, Marker }));
          return { items: page.Groups, marker: page.Marker };
        }),
      ),
      ({ GroupName }) =>
        () =>
          gone(iam(new RemoveUserFromGroupCommand({ UserName, GroupName }))),
    ),
    stepsFor(
      absent(
        allPages(async (Marker) => {
          const page = await iam(new ListUserPoliciesCommand({ UserName, Marker }));
          return { items: page.PolicyNames, marker: page.Marker };
        }),
      ),
      (PolicyName) => () => gone(iam(new DeleteUserPolicyCommand({ UserName, PolicyName }))),
    ),
    stepsFor(
      absent(attachedUserPolicies(aws, UserName)),
      (PolicyArn) => () => gone(iam(new DetachUserPolicyCommand({ UserName, PolicyArn }))),
    ),
  ]);
  return lists.flat();
}
