import { expect, it } from 'vitest';
import { localAws } from './clients.ts';

const { aws } = localAws();

it('keeps objects in buckets, and shows strangers the public ones', async () => {
  const bucket = `${aws().endpoint}/templates`;
  await fetch(bucket, { method: 'PUT' });
  const body = 'Resources: {}';
  await fetch(`${bucket}/private.yaml`, { method: 'PUT', body });
  await fetch(`${bucket}/template.yaml`, { method: 'PUT', body, headers: { 'x-amz-acl': 'public-read' } });
  const answer = await fetch(`${bucket}/template.yaml`);
  expect(await answer.text()).toBe(body);
  expect((await fetch(`${bucket}/private.yaml`)).status).toBe(403);
});
