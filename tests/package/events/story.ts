import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export type StringProperties = Record<string, string>;

/** An event as CloudFormation sends it: every scalar is a string. */
export interface StoryEvent {
  RequestType: string;
  ServiceToken: string;
  ResponseURL: string;
  StackId: string;
  RequestId: string;
  LogicalResourceId: string;
  PhysicalResourceId?: string;
  ResourceType: string;
  ResourceProperties: StringProperties;
  OldResourceProperties?: StringProperties;
}

const folder = fileURLToPath(new URL('../../../events/', import.meta.url));

/** The names of the files, in the order of their numbers. */
const files = readdirSync(folder).sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
const all = Object.fromEntries(
  files.map((file) => [file.replace('.json', ''), JSON.parse(readFileSync(folder + file, 'utf8'))]),
);

/** The sample events of CloudFormation by the names of their files, in the order of the story. */
export const story: Record<string, StoryEvent> = Object.fromEntries(
  Object.entries(all).filter(([, event]) => 'RequestType' in event),
);

/** Those of EventBridge and of Secrets Manager. */
export const others: Record<string, Record<string, string>> = Object.fromEntries(
  Object.entries(all).filter(([, event]) => !('RequestType' in event)),
);

export function chapter(name: string): StoryEvent {
  const event = story[name];
  if (!event) throw new Error(`events/${name}.json is missing.`);
  return event;
}
