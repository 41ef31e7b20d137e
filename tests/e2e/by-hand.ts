import { readFile } from 'node:fs/promises';
import * as IAM from '@aws-sdk/client-iam';
import { CreateSecretCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** What people do in an account with the console or the CLI. */

export const DOCUMENT = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }],
});
const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
});
const SSH_KEY =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDX2aZrYpx2YJ0cCkzFfEp0C0z1c0dY8cYj0r5o9j1xk2XoX1FZ5Qd4mB6f1m7Y1s0= a@b';
const Tags = [{ Key: 'Owner', Value: 'somebody' }];
type Iam = IAM.IAMClient;

export const makeUser = (iam: Iam, UserName: string) =>
  iam.send(new IAM.CreateUserCommand({ UserName, Tags }));

export const makeRole = (iam: Iam, RoleName: string) =>
  iam.send(new IAM.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST, Tags }));

export async function makePolicy(iam: Iam, PolicyName: string): Promise<string> {
  const made = await iam.send(new IAM.CreatePolicyCommand({ PolicyName, PolicyDocument: DOCUMENT, Tags }));
  return made.Policy?.Arn ?? '';
}

export async function makeInstanceProfile(iam: Iam, InstanceProfileName: string, RoleName?: string) {
  await iam.send(new IAM.CreateInstanceProfileCommand({ InstanceProfileName, Tags }));
  if (RoleName) await iam.send(new IAM.AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
}

export async function makeGroup(iam: Iam, GroupName: string, PolicyArn?: string) {
  await iam.send(new IAM.CreateGroupCommand({ GroupName }));
  if (PolicyArn) await iam.send(new IAM.AttachGroupPolicyCommand({ GroupName, PolicyArn }));
}

export const makeSecret = (secrets: SecretsManagerClient, Name: string) =>
  secrets.send(new CreateSecretCommand({ Name, SecretString: 'not about Redis', Tags }));

export async function addAccessKey(iam: Iam, UserName: string): Promise<string> {
  const { AccessKey } = await iam.send(new IAM.CreateAccessKeyCommand({ UserName }));
  return AccessKey?.AccessKeyId ?? '';
}

export const deleteAccessKey = (iam: Iam, UserName: string, AccessKeyId: string) =>
  iam.send(new IAM.DeleteAccessKeyCommand({ UserName, AccessKeyId }));

/** Hangs one of everything on a user that IAM wants gone before the user can be deleted, its keys aside. */
export async function hangExtrasOnUser(iam: Iam, UserName: string): Promise<void> {
  const device = await iam.send(new IAM.CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'phone' }));
  const SerialNumber = device.VirtualMFADevice?.SerialNumber;
  const codes = { AuthenticationCode1: '123456', AuthenticationCode2: '654321' };
  await iam.send(new IAM.EnableMFADeviceCommand({ UserName, SerialNumber, ...codes }));
  await iam.send(new IAM.UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody: SSH_KEY }));
  const pem = new URL('../simulators/local/aws/certificate.pem', import.meta.url);
  const CertificateBody = await readFile(pem, 'utf8');
  await iam.send(new IAM.UploadSigningCertificateCommand({ UserName, CertificateBody }));
  const ServiceName = 'codecommit.amazonaws.com';
  await iam.send(new IAM.CreateServiceSpecificCredentialCommand({ UserName, ServiceName }));
  await makeGroup(iam, 'people');
  await iam.send(new IAM.AddUserToGroupCommand({ UserName, GroupName: 'people' }));
  const inline = { PolicyName: 'by-hand', PolicyDocument: DOCUMENT };
  await iam.send(new IAM.PutUserPolicyCommand({ UserName, ...inline }));
  const PolicyArn = await makePolicy(iam, 'also-on-the-user');
  await iam.send(new IAM.AttachUserPolicyCommand({ UserName, PolicyArn }));
}

/** Hangs an inline policy, a foreign policy and a foreign instance profile on a role. */
export async function hangExtrasOnRole(iam: Iam, RoleName: string): Promise<void> {
  const inline = { PolicyName: 'by-hand', PolicyDocument: DOCUMENT };
  await iam.send(new IAM.PutRolePolicyCommand({ RoleName, ...inline }));
  const PolicyArn = await makePolicy(iam, `also-on-${RoleName}`);
  await iam.send(new IAM.AttachRolePolicyCommand({ RoleName, PolicyArn }));
  await makeInstanceProfile(iam, `another-for-${RoleName}`, RoleName);
}
