import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Container, type Outcome, startContainer } from './container.ts';
import type { LambdaConfiguration } from './function.ts';
import type { InvokeMessage } from './messages.ts';
import { layOutRuntime, unpackCode } from './task-root.ts';

/** The processes that run one configuration of a function: one per concurrent event, kept warm. */
export interface Fleet {
  /** Runs an event in an idle process, or in a new one. */
  run(
    message: Omit<InvokeMessage, 'deadline'>,
    timeoutMs: number,
  ): { outcome: Promise<Outcome>; kill(): void };
  /** No further events: idle processes end now, busy ones when they are done. The code is removed with the last. */
  retire(): void;
  /** Ends all processes now. */
  stop(): void;
}

export function startFleet(configuration: LambdaConfiguration): Fleet {
  const taskRoot = unpackCode(configuration.code);
  const modules = layOutRuntime(join(taskRoot, '.runtime'));
  let containers: Container[] = [];
  let retired = false;

  const startOne = (): Container => {
    const exported = configuration.handler.split('.').at(-1) ?? '';
    const environment = processEnvironment(configuration, taskRoot, modules);
    const container = startContainer(join(taskRoot, 'index.js'), exported, environment);
    containers.push(container);
    return container;
  };

  const end = (which: (container: Container) => boolean): void => {
    for (const container of containers.filter(which)) {
      container.kill();
    }
    containers = containers.filter(({ alive }) => alive);
    if (containers.length === 0) {
      rmSync(taskRoot, { recursive: true, force: true });
    }
  };

  return {
    run: (message, timeoutMs) => {
      containers = containers.filter(({ alive }) => alive);
      const container = containers.find(({ busy }) => !busy) ?? startOne();
      const outcome = container.invoke(message, timeoutMs).finally(() => {
        if (retired) {
          end(({ busy }) => !busy);
        }
      });
      return { outcome, kill: container.kill };
    },
    retire: () => {
      retired = true;
      end(({ busy }) => !busy);
    },
    stop: () => {
      retired = true;
      end(() => true);
    },
  };
}

function processEnvironment(
  configuration: LambdaConfiguration,
  taskRoot: string,
  modules: string,
): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: configuration.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${configuration.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `2026/01/01/[$LATEST]${configuration.name}`,
    _HANDLER: configuration.handler,
    LAMBDA_TASK_ROOT: taskRoot,
    NODE_PATH: modules,
    ...configuration.environment,
  };
}
