import { describe, expect, test } from 'vitest';
import { CONSOLE_ROLE, NODE_ROLE, USER, useAccount } from '../support/account.ts';

const account = useAccount();
const tagsOf = () => {
  const { users, roles, policies, instanceProfiles, secrets } = account.aws;
  return [users, roles, policies, instanceProfiles, secrets].flatMap((all) =>
    Object.values<{ tags: Record<string, string> }>(all).map(({ tags }) => tags),
  );
};

describe('a tag key that changes its case only', () => {
  test('is one key on users and roles, and another one elsewhere: it is there once, as it is desired', async () => {
    await account.create({ Tags: 'Team=Data' });
    const { answer } = await account.update({ Tags: 'team=Data' });
    expect(answer.Status).toBe('SUCCESS');
    for (const tags of tagsOf())
      expect(Object.keys(tags).filter((key) => key.toLowerCase() === 'team')).toHaveLength(1);
    for (const { tags } of [
      account.aws.users[USER],
      account.aws.roles[NODE_ROLE],
      account.aws.roles[CONSOLE_ROLE],
    ].flatMap((each) => each ?? []))
      expect(Object.entries(tags).find(([key]) => key.toLowerCase() === 'team')?.[1]).toBe('Data');
    expect(account.secret().tags).not.toHaveProperty('Team');
  });

  test('and goes with the property, in whatever case', async () => {
    await account.create({ Tags: 'Team=Data' });
    await account.update({ Tags: 'team=Ops' });
    await account.update({ Tags: null });
    for (const tags of tagsOf())
      expect(Object.keys(tags).map((key) => key.toLowerCase())).not.toContain('team');
  });
});

describe('a secret that somebody has edited by hand', () => {
  const edit = (change: object) => {
    for (const version of Object.values(account.secret().versions))
      if (version.stages.includes('AWSCURRENT'))
        version.value = JSON.stringify({ ...JSON.parse(version.value), ...change });
  };

  test.each([
    ['with an object for the key', { accessSecretKey: {} }],
    ['with a password of one letter', { consolePassword: 'e' }],
    ['with numbers', { accessSecretKey: 7, consolePassword: 7 }],
  ])('%s garbles neither answer nor log, and stops no request', async (_how, change) => {
    await account.create({ DeletionProtection: 'Off' });
    edit(change);
    const { answer, log } = await account.update({ Tags: 'Team=Data' });
    expect(answer.Status).toBe('SUCCESS');
    expect(`${JSON.stringify(answer)}${log}`).not.toContain('***');
    expect((await account.update({ AccessKeySerial: 2, PasswordSerial: 2 })).answer.Status).toBe('SUCCESS');
    expect(account.user().loginProfile?.password).toBe(account.content()?.consolePassword);
    expect((await account.delete()).answer.Status).toBe('SUCCESS');
  });
});
