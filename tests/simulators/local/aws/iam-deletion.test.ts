import { readFile } from 'node:fs/promises';
import * as IAM from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, it } from 'vitest';
import { failure, localAws, policyOf, trustOf } from './clients.ts';

const { clients } = localAws();
let iam: IAM.IAMClient;
beforeEach(() => {
  iam = clients().iam;
});

const conflict = (message: string) => ({ name: 'DeleteConflictException', message, status: 409 });
const createPolicy = async (PolicyName = 'policy') => {
  const answer = await iam.send(new IAM.CreatePolicyCommand({ PolicyName, PolicyDocument: policyOf() }));
  return answer.Policy?.Arn ?? '';
};
const sshKey =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDX2aZrYpx2YJ0cCkzFfEp0C0z1c0dY8cYj0r5o9j1xk2XoX1FZ5Qd4mB6f1m7Y1s0= a@b';

describe('a user', () => {
  const UserName = 'user';
  beforeEach(async () => {
    await iam.send(new IAM.CreateUserCommand({ UserName }));
  });
  const deletion = () => iam.send(new IAM.DeleteUserCommand({ UserName }));

  it('is gone after its deletion', async () => {
    await deletion();
    expect(await failure(iam.send(new IAM.GetUserCommand({ UserName })))).toMatchObject({
      name: 'NoSuchEntityException',
      status: 404,
    });
  });

  it('cannot be deleted while it has a login profile', async () => {
    await iam.send(new IAM.CreateLoginProfileCommand({ UserName, Password: 'Passw0rd-1' }));
    expect(await failure(deletion())).toEqual(
      conflict('Cannot delete entity, must delete login profile first.'),
    );
    await iam.send(new IAM.DeleteLoginProfileCommand({ UserName }));
    await deletion();
  });

  it('cannot be deleted while it has an access key, not even an inactive one', async () => {
    const { AccessKey } = await iam.send(new IAM.CreateAccessKeyCommand({ UserName }));
    const AccessKeyId = AccessKey?.AccessKeyId;
    await iam.send(new IAM.UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Inactive' }));
    expect(await failure(deletion())).toEqual(
      conflict('Cannot delete entity, must delete access keys first.'),
    );
    await iam.send(new IAM.DeleteAccessKeyCommand({ UserName, AccessKeyId }));
    await deletion();
  });

  it('cannot be deleted while it has an MFA device, which cannot be deleted while it is assigned', async () => {
    const { VirtualMFADevice } = await iam.send(
      new IAM.CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'phone' }),
    );
    const SerialNumber = VirtualMFADevice?.SerialNumber;
    const codes = { AuthenticationCode1: '123456', AuthenticationCode2: '654321' };
    await iam.send(new IAM.EnableMFADeviceCommand({ UserName, SerialNumber, ...codes }));
    expect(await failure(deletion())).toEqual(
      conflict('Cannot delete entity, must deactivate MFA device first.'),
    );
    expect(await failure(iam.send(new IAM.DeleteVirtualMFADeviceCommand({ SerialNumber })))).toEqual(
      conflict('MFA VirtualDevice in use. Must deactivate first.'),
    );
    await iam.send(new IAM.DeactivateMFADeviceCommand({ UserName, SerialNumber }));
    await iam.send(new IAM.DeleteVirtualMFADeviceCommand({ SerialNumber }));
    await deletion();
  });

  it('cannot be deleted while it has an SSH public key', async () => {
    const { SSHPublicKey } = await iam.send(
      new IAM.UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody: sshKey }),
    );
    expect(await failure(deletion())).toEqual(
      conflict('Cannot delete entity, must delete SSH public keys first.'),
    );
    await iam.send(
      new IAM.DeleteSSHPublicKeyCommand({ UserName, SSHPublicKeyId: SSHPublicKey?.SSHPublicKeyId }),
    );
    await deletion();
  });

  it('cannot be deleted while it has a signing certificate', async () => {
    const CertificateBody = await readFile(new URL('./certificate.pem', import.meta.url), 'utf8');
    const { Certificate } = await iam.send(
      new IAM.UploadSigningCertificateCommand({ UserName, CertificateBody }),
    );
    expect(await failure(deletion())).toEqual(
      conflict('Cannot delete entity, must delete signing certificates first.'),
    );
    await iam.send(
      new IAM.DeleteSigningCertificateCommand({ UserName, CertificateId: Certificate?.CertificateId }),
    );
    await deletion();
  });

  it('cannot be deleted while it has a service-specific credential', async () => {
    const { ServiceSpecificCredential } = await iam.send(
      new IAM.CreateServiceSpecificCredentialCommand({ UserName, ServiceName: 'codecommit.amazonaws.com' }),
    );
    expect(await failure(deletion())).toEqual(
      conflict('Cannot delete entity, must delete service specific credentials first.'),
    );
    const ServiceSpecificCredentialId = ServiceSpecificCredential?.ServiceSpecificCredentialId;
    await iam.send(new IAM.DeleteServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId }));
    await deletion();
  });

  it('cannot be deleted while it is in a group', async () => {
    await iam.send(new IAM.CreateGroupCommand({ GroupName: 'group' }));
    await iam.send(new IAM.AddUserToGroupCommand({ GroupName: 'group', UserName }));
    expect(await failure(deletion())).toEqual(
      conflict('Cannot delete entity, must remove users from group first.'),
    );
    await iam.send(new IAM.RemoveUserFromGroupCommand({ GroupName: 'group', UserName }));
    await deletion();
  });

  it('cannot be deleted while it has an inline or an attached policy', async () => {
    const PolicyArn = await createPolicy();
    await iam.send(
      new IAM.PutUserPolicyCommand({ UserName, PolicyName: 'inline', PolicyDocument: policyOf() }),
    );
    await iam.send(new IAM.AttachUserPolicyCommand({ UserName, PolicyArn }));
    expect(await failure(deletion())).toEqual(
      conflict('Cannot delete entity, must detach all policies first.'),
    );
    await iam.send(new IAM.DetachUserPolicyCommand({ UserName, PolicyArn }));
    expect(await failure(deletion())).toEqual(conflict('Cannot delete entity, must delete policies first.'));
    await iam.send(new IAM.DeleteUserPolicyCommand({ UserName, PolicyName: 'inline' }));
    await deletion();
  });
});

describe('a policy', () => {
  it('cannot be deleted while it is attached, and one detachment is enough however often it was attached', async () => {
    const PolicyArn = await createPolicy();
    await iam.send(new IAM.CreateUserCommand({ UserName: 'user' }));
    await iam.send(new IAM.AttachUserPolicyCommand({ UserName: 'user', PolicyArn }));
    await iam.send(new IAM.AttachUserPolicyCommand({ UserName: 'user', PolicyArn }));
    expect(await failure(iam.send(new IAM.DeletePolicyCommand({ PolicyArn })))).toEqual(
      conflict('Cannot delete a policy attached to entities.'),
    );
    await iam.send(new IAM.DetachUserPolicyCommand({ UserName: 'user', PolicyArn }));
    await iam.send(new IAM.DeletePolicyCommand({ PolicyArn }));
  });

  it('cannot be deleted while it has a version that is not the default, nor while it is a boundary', async () => {
    const PolicyArn = await createPolicy();
    await iam.send(new IAM.CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: policyOf() }));
    const { name, message } = await failure(iam.send(new IAM.DeletePolicyCommand({ PolicyArn })));
    expect(name).toBe('DeleteConflictException');
    expect(message).toContain('This policy has more than one version.');
    await iam.send(new IAM.DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v2' }));

    await iam.send(new IAM.CreateUserCommand({ UserName: 'user', PermissionsBoundary: PolicyArn }));
    expect(await failure(iam.send(new IAM.DeletePolicyCommand({ PolicyArn })))).toEqual(
      conflict('Cannot delete a policy that is in use as a permissions boundary.'),
    );
    await iam.send(new IAM.DeleteUserPermissionsBoundaryCommand({ UserName: 'user' }));
    await iam.send(new IAM.DeletePolicyCommand({ PolicyArn }));
  });
});

describe('a role and an instance profile', () => {
  it('cannot be deleted while they hold each other', async () => {
    const names = { RoleName: 'role', InstanceProfileName: 'profile' };
    await iam.send(new IAM.CreateRoleCommand({ RoleName: 'role', AssumeRolePolicyDocument: trustOf() }));
    await iam.send(new IAM.CreateInstanceProfileCommand({ InstanceProfileName: 'profile' }));
    await iam.send(new IAM.AddRoleToInstanceProfileCommand(names));
    const message = 'Cannot delete entity, must remove roles from instance profile first.';
    expect(await failure(iam.send(new IAM.DeleteRoleCommand(names)))).toEqual(conflict(message));
    expect(await failure(iam.send(new IAM.DeleteInstanceProfileCommand(names)))).toEqual(conflict(message));
    await iam.send(new IAM.RemoveRoleFromInstanceProfileCommand(names));
    expect(await failure(iam.send(new IAM.RemoveRoleFromInstanceProfileCommand(names)))).toMatchObject({
      name: 'NoSuchEntityException',
      status: 404,
    });
    await iam.send(new IAM.DeleteInstanceProfileCommand(names));
    await iam.send(new IAM.DeleteRoleCommand(names));
  });

  it('keeps the role while it has an inline or an attached policy', async () => {
    const RoleName = 'role';
    const PolicyArn = await createPolicy();
    await iam.send(new IAM.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trustOf() }));
    await iam.send(
      new IAM.PutRolePolicyCommand({ RoleName, PolicyName: 'inline', PolicyDocument: policyOf() }),
    );
    await iam.send(new IAM.AttachRolePolicyCommand({ RoleName, PolicyArn }));
    const deletion = () => iam.send(new IAM.DeleteRoleCommand({ RoleName }));
    expect(await failure(deletion())).toEqual(
      conflict('Cannot delete entity, must detach all policies first.'),
    );
    await iam.send(new IAM.DetachRolePolicyCommand({ RoleName, PolicyArn }));
    expect(await failure(deletion())).toEqual(conflict('Cannot delete entity, must delete policies first.'));
    await iam.send(new IAM.DeleteRolePolicyCommand({ RoleName, PolicyName: 'inline' }));
    await deletion();
  });
});
