import { connect } from '../aws/clients.ts';
import { identityOf } from '../bundle/bundle-id.ts';
import { type Checked, check } from '../reconcile/check.ts';
import { framed } from './frame.ts';

/** What the template's rule sends once a day, and a person may send by hand. */
export interface CheckEvent {
  source: 'rv-access.check';
  stackId: string;
  logicalResourceId: string;
  /** Overrides the property `DailyCheck` for once. */
  mode?: 'Report' | 'Repair';
}

/** Whether an event asks for a check. */
export const isCheck = (event: unknown): event is CheckEvent =>
  (event as Partial<CheckEvent> | null)?.source === 'rv-access.check';

/** The daily check. */
export const handleCheck = framed<CheckEvent, Checked>(
  async ({ stackId, logicalResourceId, mode }, { invokedFunctionArn = '' }, { signal }) => {
    if (mode && !['Report', 'Repair'].includes(mode))
      throw new TypeError(`"${mode}" is no mode of a check: Report or Repair.`);
    return check(connect(signal), identityOf(stackId, logicalResourceId), mode, invokedFunctionArn);
  },
);
