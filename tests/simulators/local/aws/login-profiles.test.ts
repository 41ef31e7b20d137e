import * as IAM from '@aws-sdk/client-iam';
import { beforeEach, expect, it } from 'vitest';
import { failure, localAws } from './clients.ts';

const { clients } = localAws();
const UserName = 'user';
let iam: IAM.IAMClient;
beforeEach(async () => {
  iam = clients().iam;
  await iam.send(new IAM.CreateUserCommand({ UserName }));
});

const create = (Password: string, PasswordResetRequired?: boolean) =>
  iam.send(new IAM.CreateLoginProfileCommand({ UserName, Password, PasswordResetRequired }));
const update = (change: Partial<IAM.UpdateLoginProfileCommandInput>) =>
  iam.send(new IAM.UpdateLoginProfileCommand({ UserName, ...change }));
const read = async () => (await iam.send(new IAM.GetLoginProfileCommand({ UserName }))).LoginProfile;
const violation = (message: string) => ({ name: 'PasswordPolicyViolationException', message, status: 400 });

it('creates, reads, changes and deletes a login profile', async () => {
  await create('Passw0rd', true);
  expect(await read()).toEqual({ UserName, CreateDate: expect.any(Date), PasswordResetRequired: true });
  expect((await failure(create('Passw0rd'))).name).toBe('EntityAlreadyExistsException');
  await update({ PasswordResetRequired: false });
  expect(await read()).toMatchObject({ PasswordResetRequired: false });
  await update({ Password: 'Passw0rd-2' });
  expect(await read()).toMatchObject({ PasswordResetRequired: false });
  await iam.send(new IAM.DeleteLoginProfileCommand({ UserName }));
  const missing = { name: 'NoSuchEntityException', status: 404 };
  expect(await failure(read())).toMatchObject(missing);
  expect(await failure(update({ Password: 'Passw0rd' }))).toMatchObject(missing);
  expect(await failure(iam.send(new IAM.DeleteLoginProfileCommand({ UserName })))).toMatchObject(missing);
});

it('asks for eight characters of three kinds when the account has no password policy', async () => {
  expect((await failure(iam.send(new IAM.GetAccountPasswordPolicyCommand({})))).name).toBe(
    'NoSuchEntityException',
  );
  expect(await failure(create('Pass-w0'))).toEqual(violation('Password should have a minimum length of 8'));
  expect((await failure(create('passwords1'))).name).toBe('PasswordPolicyViolationException');
  await create('password-1');
});

it("asks for what the account's password policy asks for, at creation and at changes", async () => {
  await iam.send(
    new IAM.UpdateAccountPasswordPolicyCommand({
      MinimumPasswordLength: 20,
      RequireSymbols: true,
      RequireUppercaseCharacters: true,
    }),
  );
  expect(await failure(create('Passw0rd-'))).toEqual(
    violation('Password should have a minimum length of 20'),
  );
  expect(await failure(create('P'.repeat(20)))).toEqual(
    violation('Password should have at least one symbol'),
  );
  await create('P-'.repeat(10));
  expect(await failure(update({ Password: 'p-'.repeat(10) }))).toEqual(
    violation('Password should have at least one uppercase letter'),
  );
});
