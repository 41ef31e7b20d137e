import type { StackEvent } from '../cloudformation/stack.ts';
import { layOut, screenWidth } from './table.ts';

/** The head of the table of stack events. */
export function eventHead(): string {
  return layOut(
    ['Time', 'Logical ID', 'Status', 'Reason'].map((text) => ({ text, style: 'dim' })),
    widths(),
  ).replace(/^/gm, '  ');
}

/** What the table shows of an event, be it one of a stack or of somebody else. */
type Row = Omit<StackEvent, 'physicalResourceId' | 'resourceType'> & Partial<StackEvent>;

/** One row of the table, as it is printed when the event happens. */
export function eventRow(event: Row): string {
  const { timestamp, logicalResourceId, resourceStatus, resourceStatusReason } = event;
  return layOut(
    [
      { text: timestamp.toTimeString().slice(0, 8), style: 'dim' },
      { text: logicalResourceId },
      { text: resourceStatus, style: styleOf(resourceStatus) },
      { text: resourceStatusReason ?? '' },
    ],
    widths(),
  ).replace(/^/gm, '  ');
}

function widths(): number[] {
  const room = screenWidth() - 2;
  const logicalId = Math.min(31, room - 60);
  const status = 27;
  return [8, logicalId, status, room - 8 - logicalId - status - 6];
}

function styleOf(status: string): 'red' | 'yellow' | 'green' {
  if (status.includes('FAILED')) {
    return 'red';
  }
  return status.endsWith('IN_PROGRESS') || status.includes('ROLLBACK') ? 'yellow' : 'green';
}
