import { styleText } from 'node:util';
import { type Claim, claimLine } from './claims.ts';
import { type StepName, stepNames } from './options.ts';
import { type Show, StoryEnds } from './show.ts';
import { create } from './steps/create.ts';
import { deleteAll } from './steps/delete.ts';
import { registration } from './steps/registration.ts';
import { rename } from './steps/rename.ts';
import { rollback } from './steps/rollback.ts';
import { rotate } from './steps/rotate.ts';

const steps: Record<StepName, { title: string; run: (show: Show) => Promise<void> }> = {
  create: { title: 'Create the stack', run: create },
  rotate: { title: 'Rotate the access key', run: rotate },
  rename: { title: 'Rename the user: replacement, then clean-up', run: rename },
  rollback: { title: 'Roll an update back', run: rollback },
  delete: { title: 'Delete the stack', run: deleteAll },
  register: { title: 'A stack that registers itself at Redis Cloud', run: registration },
};

/** Where the story is: whose claims are collected, and whether it is printed. */
export interface Stage {
  step: StepName;
  silent: boolean;
}

/** Runs the chosen steps, and before them, in silence, the creation that all others build upon. */
export async function tell(show: Show, stage: Stage, chosen: StepName[]): Promise<void> {
  const needed = stepNames.filter((name) => chosen.includes(name) || name === 'create');
  try {
    for (const name of needed) {
      stage.step = name;
      stage.silent = false;
      if (chosen.includes(name)) {
        heading(show, `${chosen.indexOf(name) + 1}. ${steps[name].title}`);
      } else {
        show.print();
        show.print('The stack is created first, without showing it.');
        stage.silent = true;
      }
      await steps[name].run(show);
    }
  } catch (error) {
    stage.silent = false;
    if (!(error instanceof StoryEnds)) {
      throw error;
    }
    show.print();
    show.print(`  ${error.message}`);
  }
  stage.silent = false;
}

function heading(show: Show, text: string): void {
  show.print();
  show.print(styleText('bold', text));
  show.print();
}

/** The closing summary. @returns whether every claim holds. */
export function summarise(show: Show, chosen: StepName[]): boolean {
  const claims = show.claims.all;
  const failed = claims.filter(({ holds }) => !holds);
  heading(show, 'Summary');
  for (const name of stepNames) {
    const own: Claim[] = claims.filter(({ step }) => step === name);
    const good = own.filter(({ holds }) => holds).length;
    if (own.length > 0) {
      const verdict = `${steps[name].title}: ${good} of ${own.length} claims hold`;
      show.print(claimLine(good === own.length, verdict));
    } else if (chosen.includes(name)) {
      show.print(claimLine(false, `${steps[name].title}: not reached`));
    }
  }
  const complete = chosen.every((name) => claims.some(({ step }) => step === name));
  for (const { text } of failed) {
    show.print(claimLine(false, text));
  }
  return failed.length === 0 && complete;
}
