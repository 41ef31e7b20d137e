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

/** The sample events by the names of their files, in the order of the story. */
export const story = Object.fromEntries(
  readdirSync(folder)
    .sort()
    .map((file) => [
      file.replace('.json', ''),
      JSON.parse(readFileSync(folder + file, 'utf8')) as StoryEvent,
    ]),
);

export function chapter(name: string): StoryEvent {
  const event = story[name];
  if (!event) throw new Error(`events/${name}.json is missing.`);
  return event;
}
