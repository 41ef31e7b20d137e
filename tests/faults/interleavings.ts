import { type Figures, noFigures } from './figures.ts';
import { noFindings, note } from './inspection.ts';
import { inspectRuns, type Race } from './races.ts';
import { interleave, type Switches } from './scheduler.ts';
import type { Request } from './stack.ts';
import { bookmark, bystandersIn, endStory, newStory, reopen, type Story, tell } from './story.ts';

export type RaceBreach = { race: string; switches: Switches; order: string; problem: string };

/** Whether to try the second switch point too, for this pair of calls. */
export type Choice = (first: number, second: number) => boolean;

type Result = { figures: Figures; breaches: RaceBreach[] };

async function prepare(race: Race): Promise<{ story: Story; requests: [Request, Request] }> {
  const story = await newStory(race.world);
  const earlier: Request[] = [];
  for (const ask of race.before) {
    const request = ask(story.stack, story);
    earlier.push(request);
    await tell(story, request);
  }
  return { story, requests: race.requests(story.stack, earlier, story) };
}

/** Tries every point at which the second run can begin, and the chosen points at which it can be interrupted again. */
export async function tryRace(race: Race, choose: Choice): Promise<Result> {
  const startedAt = performance.now();
  const { story, requests } = await prepare(race);
  const start = bookmark(story);
  const bystanders = bystandersIn(story);
  const result: Result = { figures: noFigures(), breaches: [] };

  const attempt = async (pair: [Request, Request], order: string, switches: Switches) => {
    reopen(story, start);
    for (const { event } of pair) {
      if (event.RequestType === 'Delete') story.watch.promised.clear();
    }
    const findings = noFindings();
    let calls: [number, number] = [0, 0];
    try {
      const runs = await interleave(story.place, [pair[0].event, pair[1].event], switches);
      calls = [runs[0].calls.length, runs[1].calls.length];
      inspectRuns(findings, story, runs, bystanders);
      await race.end(findings, story, pair[0] === requests[0] ? runs : [runs[1], runs[0]]);
    } catch (error) {
      note(findings, 'nothing hangs', [(error as Error).message]);
    }
    result.figures.runs += 1;
    result.figures.checks += findings.checks;
    for (const problem of findings.problems) {
      result.breaches.push({ race: race.name, switches, order, problem });
    }
    return calls;
  };

  try {
    const orders: [string, [Request, Request]][] = [['as named', requests]];
    if (requests[0] !== requests[1]) orders.push(['the other way round', [requests[1], requests[0]]]);
    for (const [order, pair] of orders) {
      const [length] = await attempt(pair, order, { first: Number.POSITIVE_INFINITY });
      for (let first = 0; first < length; first += race.step ?? 1) {
        await attempt(pair, order, { first, beating: true });
        const [, inner] = await attempt(pair, order, { first });
        for (let second = 1; second < inner; second++) {
          if (choose(first, second)) await attempt(pair, order, { first, second });
        }
      }
    }
  } finally {
    endStory(story);
  }
  result.figures.seconds = (performance.now() - startedAt) / 1000;
  return result;
}
