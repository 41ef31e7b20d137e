import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SarCall {
  /** Method and path, such as `PUT /applications/ID/versions/1.0.0`. */
  call: string;
  body: Record<string, unknown>;
}

const applicationId = 'arn:aws:serverlessrepo:us-east-1:123456789012:applications/rv-access-bundle';

/** The Serverless Application Repository's API as far as `sam publish` goes: one application, and what it was sent. */
export async function sarServer(): Promise<{ url: string; calls: SarCall[]; close: () => void }> {
  const calls: SarCall[] = [];
  const versions = new Set<string>();
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const body = text ? JSON.parse(text) : {};
    const { pathname, searchParams } = new URL(decodeURIComponent(request.url ?? ''), 'http://localhost');
    calls.push({ call: `${request.method} ${pathname.replace(applicationId, 'ID')}`, body });
    const [status, answer] = answerTo(request.method ?? '', pathname, searchParams, body);
    const error = { 404: 'NotFoundException', 409: 'ConflictException' }[status];
    response.writeHead(status, {
      'content-type': 'application/json',
      ...(error && { 'x-amzn-errortype': error }),
    });
    response.end(JSON.stringify(answer));
  });

  function answerTo(
    method: string,
    path: string,
    query: URLSearchParams,
    body: Record<string, unknown>,
  ): [status: number, answer: object] {
    if (method === 'POST' && path === '/applications') {
      if (versions.size > 0) return [409, { message: `Application with id ${applicationId} already exists` }];
      versions.add(String(body.semanticVersion));
      return [201, { applicationId }];
    }
    if (path === `/applications/${applicationId}` && method === 'GET')
      return versions.has(query.get('semanticVersion') ?? '')
        ? [200, { applicationId }]
        : [404, { message: 'No such version' }];
    if (path === `/applications/${applicationId}` && method === 'PATCH') return [200, { applicationId }];
    const [, version] = new RegExp(`^/applications/${applicationId}/versions/(.+)$`).exec(path) ?? [];
    if (method !== 'PUT' || !version) return [404, { message: `No such path: ${path}` }];
    versions.add(version);
    return [201, { applicationId, semanticVersion: version }];
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
