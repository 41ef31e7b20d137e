// @ts-check
/**
 * The program inside a Lambda container: loads the function, then runs one event at a time.
 * It talks to `container.ts` over the process channel.
 *
 * Plain JavaScript, because a function's process is started hundreds of times: taking the types out would cost it more
 * than Node.js itself needs to start.
 *
 * @import { InvokeMessage, RuntimeMessage } from './messages.ts'
 */
import { createRequire } from 'node:module';

const [, , path = '', exported = '', endOfOutput = ''] = process.argv;
const writeOut = process.stdout.write.bind(process.stdout);
const writeError = process.stderr.write.bind(process.stderr);

/** @returns {(event: unknown, context: object) => unknown} */
function loadHandler() {
  const handler = createRequire(import.meta.url)(path)[exported];
  if (typeof handler !== 'function') {
    throw new Error(`Runtime.HandlerNotFound: ${path} exports no function ${exported}`);
  }
  if (handler.length > 2) {
    throw new Error('Runtime.CallbackHandlerDeprecated: Node.js 24 runs no handlers that take a callback');
  }
  return handler;
}

/** @param {InvokeMessage} message */
function contextOf(message) {
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

/** @param {InvokeMessage} message */
async function run(message) {
  /** @type {RuntimeMessage} */
  const done = { kind: 'done' };
  try {
    done.result = await handler(message.event, contextOf(message));
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
process.on('message', (/** @type {InvokeMessage} */ message) => void run(message));
process.send?.({ kind: 'ready' });
