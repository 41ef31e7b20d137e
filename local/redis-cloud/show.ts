import type { Switches } from './switches.ts';
import type { StoredAccount, StoredTask } from './types.ts';

/** Redis's own cloud account. */
export const OWN_ACCOUNT = { id: 1, name: 'Redis Internal Resources', provider: 'AWS', status: 'active' };

/** A cloud account as the API shows it: never a secret. */
export function showAccount({ id, status, fields }: StoredAccount, switches: Switches): object {
  const { name, accessKeyId = '', signInLoginUrl = '', consoleUsername } = fields;
  const [, awsAccount = '000000000000'] = /^https:\/\/(\d+)\./.exec(signInLoginUrl) ?? [];
  return {
    id,
    name,
    provider: 'AWS',
    status,
    ...(switches.accessKeyId === 'plain' && { accessKeyId }),
    ...(switches.accessKeyId === 'masked' && { accessKeyId: `${accessKeyId[0]}***${accessKeyId.at(-1)}` }),
    ...(switches.signInLoginUrl && { signInLoginUrl }),
    ...(switches.awsUserArn && {
      awsUserArn: `arn:aws:iam::${awsAccount}:user/${consoleUsername}`,
      awsConsoleRoleArn: `arn:aws:iam::${awsAccount}:role/redislabs-role`,
    }),
    ...linksTo(`/cloud-accounts/${id}`, switches),
  };
}

const DESCRIPTIONS: Record<StoredTask['status'], string> = {
  received: 'Task request received and is being queued for processing.',
  'processing-in-progress': 'Task request is being processed.',
  'processing-completed':
    'Request processing completed successfully and its resources are now being provisioned / de-provisioned.',
  'processing-error': 'Task request failed during processing. See error information for failure details.',
};

export function showTask(task: StoredTask, switches: Switches): object {
  return {
    taskId: task.taskId,
    commandType: `cloudAccount${task.kind}Request`,
    status: task.status,
    description: DESCRIPTIONS[task.status],
    timestamp: new Date(task.changedAt).toISOString(),
    ...(task.response && { response: task.response }),
    ...linksTo(`/tasks/${task.taskId}`, switches),
  };
}

/** Links, in one of the two forms that were seen. */
export function linksTo(path: string, { links }: Switches): object {
  const href = `https://api.redislabs.com/v1${path}`;
  return links === 'links'
    ? { links: [{ href, type: 'GET', rel: 'self' }] }
    : { _links: { self: { href, type: 'GET' } } };
}
