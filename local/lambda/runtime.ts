/**
 * The program inside a Lambda container: loads the function, then runs one event at a time.
 * It talks to `container.ts` over the process channel.
 */
import { createRequire } from 'node:module';
import { endOfOutput, type InvokeMessage, type RuntimeMessage } from './messages.ts';

type Handler = (event: unknown, context: object) => unknown;

const writeOut = process.stdout.write.bind(process.stdout);
const writeError = process.stderr.write.bind(process.stderr);

function loadHandler(): Handler {
  const [, , path = '', exported = ''] = process.argv;
  const handler = createRequire(import.meta.url)(path)[exported];
  if (typeof handler !== 'function') {
    throw new Error(`Runtime.HandlerNotFound: ${path} exports no function ${exported}`);
  }
  if (handler.length > 2) {
    throw new Error('Runtime.CallbackHandlerDeprecated: Node.js 24 runs no handlers that take a callback');
  }
  return handler;
}

function contextOf(message: InvokeMessage): object {
  return {
    awsRequestId: message.requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: '$LATEST',
    invokedFunctionArn: message.functionArn,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => Math.max(0, message.deadline - Date.now()),
  };
}

async function run(message: InvokeMessage): Promise<void> {
  const done: RuntimeMessage = { kind: 'done' };
  try {
    await handler(message.event, contextOf(message));
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    done.error = { errorType: error.name, errorMessage: error.message };
    writeOut(`ERROR\tInvoke Error\t${JSON.stringify({ ...done.error, stack: error.stack?.split('\n') })}\n`);
  }
  writeOut(`${endOfOutput}\n`);
  writeError(`${endOfOutput}\n`);
  process.send?.(done);
}

process.on('disconnect', () => process.exit(0));
const handler = loadHandler();
process.on('message', (message: InvokeMessage) => void run(message));
process.send?.({ kind: 'ready' } satisfies RuntimeMessage);
