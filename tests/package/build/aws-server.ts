import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a request to the server was about. */
export interface Received {
  action: string;
  /** Service name of the credential scope that the request was signed for. */
  service: string;
  accessKeyId: string;
  sessionToken: string | undefined;
  userAgent: string;
}

/** A server that answers the calls of `sdk-calls.ts` and keeps what it received. */
export async function awsServer(): Promise<{ url: string; received: Received[]; close: () => void }> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { authorization = '', 'x-amz-target': target, 'x-amz-security-token': token } = request.headers;
    const [, accessKeyId = '', service = ''] =
      /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\//.exec(authorization) ?? [];
    const action = String(target ?? new URLSearchParams(body).get('Action')).replace(/^.*\./, '');
    const userAgent = String(request.headers['user-agent']);
    received.push({ action, service, accessKeyId, sessionToken: token as string | undefined, userAgent });
    const answer = answers[action] ?? '';
    response.writeHead(answer.includes('"__type"') ? 400 : answer ? 200 : 404, {
      'content-type': target ? 'application/x-amz-json-1.1' : 'text/xml',
    });
    response.end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const answers: Record<string, string> = {
  GetUser: `<GetUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetUserResult><User>
    <Path>/</Path><UserName>redislabs-user</UserName><UserId>AIDAEXAMPLE</UserId><CreateDate>2026-01-01T00:00:00Z</CreateDate>
    <Arn>arn:aws:iam::123456789012:user/redislabs-user</Arn></User></GetUserResult></GetUserResponse>`,
  GetItem: '{"Item":{"bundle":{"S":"rv"},"version":{"N":"1"}}}',
  PutItem: '{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"no"}',
  DescribeSecret: '{"__type":"ResourceNotFoundException","Message":"not there"}',
  GetSecretValue: '{"Name":"rv","SecretString":"{\\"provider\\":\\"AWS\\"}"}',
  GetCallerIdentity: `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
    <Arn>arn:aws:iam::123456789012:user/other</Arn><UserId>AIDAOTHER</UserId><Account>123456789012</Account>
    </GetCallerIdentityResult></GetCallerIdentityResponse>`,
};
