import { type Aws, connect } from '../aws/clients.ts';
import { together } from '../aws/patience.ts';
import { type Bundle, bundleOf, type DesiredHolder, type DesiredPolicy } from '../bundle/bundle.ts';
import { grantedBy } from '../bundle/granted.ts';
import { PreconditionError } from '../errors.ts';
import { simulate, type TakenAway } from '../iam/simulation.ts';
import { ownerKey } from '../ledger/owners.ts';
import { warn } from '../log.ts';
import type { Reconciling } from './run.ts';

/** A user or role that Redis works as. */
interface Principal {
  title: string;
  /** The ledger's word for it. */
  key: string;
  arn: string;
  boundaryArn: string;
  document: string;
  /** Undefined: a role. */
  userName: string | undefined;
}

function principalsOf({ user, userPolicy, consoleRole, instanceRole, instancePolicy }: Bundle): Principal[] {
  const principal = (
    kind: 'user' | 'role',
    { name, arn, boundaryArn }: DesiredHolder,
    { document }: DesiredPolicy,
  ) => ({
    title: `the ${kind} "${name}"`,
    key: ownerKey({ kind, name }),
    arn,
    boundaryArn,
    document,
    userName: kind === 'user' ? name : undefined,
  });
  return [
    principal('user', user, userPolicy),
    ...(consoleRole ? [principal('role', consoleRole, userPolicy)] : []),
    principal('role', instanceRole, instancePolicy),
  ];
}

/** Whether an organisation's policy or a boundary takes from Redis what it needs: asked beside the request's other calls. */
export interface Preflight {
  /**
   * Waits for the changes of resources, and asks about what is there by then.
   *
   * @throws PreconditionError if the preflight is to fail a request, and what the request changes is taken away
   */
  beside(changes: Promise<unknown>): Promise<void>;
  /** Number of actions that are taken away, empty if it is not asked for, and warnings as sentences for the user. */
  end(): Promise<{ preflightFindings: string; warnings: string[] }>;
}

/** What became of a question. */
interface Outcome extends TakenAway {
  principal: Principal;
  /** Why there is no answer. */
  failure?: string;
}

/** Begins with who is there already, beside the first look. */
export function beginPreflight({ aws, ledger, bundle, properties }: Reconciling): Preflight {
  const mode = bundle.properties.Preflight;
  if (mode === 'Off')
    return {
      beside: async (changes) => void (await changes),
      end: async () => ({ preflightFindings: '', warnings: [] }),
    };
  const { inForce, before, underWay } = ledger.state;
  const bundleInForce = inForce && bundleOf(bundle, inForce.properties);
  const principals = principalsOf(bundle);
  const known = bundleInForce ? principalsOf(bundleInForce) : [];
  const sameAs = (one: Principal) => known.find(({ key }) => key === one.key);

  // Denials are waited out apart from those of the request: the question is not worth its allowance.
  const own = connect(aws.signal);
  const asked = new Map<Principal, Promise<Outcome>>();
  const ask = (who: (principal: Principal) => boolean) => {
    for (const one of principals)
      if (!asked.has(one) && who(one)) asked.set(one, askAbout(own, one, bundle.stack));
  };
  ask((one) => sameAs(one)?.boundaryArn === one.boundaryArn && underWay.length === 0);

  /** What fails a request is only what it changes; what was in force before may be gone back to. */
  const isChanged = (one: Principal) => {
    const other = sameAs(one);
    return (
      JSON.stringify(before?.properties) !== JSON.stringify(properties) &&
      (bundleInForce?.properties.Preflight !== 'Fail' ||
        other?.boundaryArn !== one.boundaryArn ||
        other.document !== one.document)
    );
  };
  return {
    async beside(changes) {
      // What is made has its boundary from the beginning.
      ask(({ key }) => ledger.state.owners[key]?.since !== 'owned');
      await changes;
      ask(() => true);
      if (mode !== 'Fail') return;
      const outcomes = (await together([...asked.values()])).filter(({ principal }) => isChanged(principal));
      const { sentences, count } = told(outcomes);
      if (count > 0)
        throw new PreconditionError([
          ...sentences,
          'No access key was made or registered, as Preflight is Fail.',
        ]);
    },
    async end() {
      const { sentences, failures, count } = told(await together([...asked.values()]));
      const warnings = [...sentences, ...failures];
      for (const warning of warnings) warn(warning);
      return { preflightFindings: String(count), warnings };
    },
  };
}

async function askAbout(aws: Aws, principal: Principal, stack: Bundle['stack']): Promise<Outcome> {
  try {
    const { arn, document, userName } = principal;
    return { principal, ...(await simulate(aws, arn, document, grantedBy(document, stack, userName))) };
  } catch (error) {
    // Never worth a failure, whatever it is.
    return { principal, byOrganization: [], byBoundary: [], failure: (error as Error).message };
  }
}

/** What was found, in words: by who takes it away, and who can change that. */
function told(outcomes: Outcome[]): { sentences: string[]; failures: string[]; count: number } {
  const list = (texts: string[]) => [...new Set(texts)].join(', ');
  const sentence = (by: keyof TakenAway, say: (what: string, boundary: string) => string) => {
    const taken = outcomes.filter((outcome) => outcome[by].length > 0);
    const titles = list(taken.map(({ principal }) => principal.title));
    const what = `${titles} what Redis needs: ${list(taken.flatMap((outcome) => outcome[by]))}`;
    return taken.length > 0 ? [say(what, list(taken.map(({ principal }) => principal.boundaryArn)))] : [];
  };
  const actions = outcomes.flatMap(({ byOrganization, byBoundary }) => [...byOrganization, ...byBoundary]);
  // One reason is as good as all.
  const failure = outcomes.find((outcome) => outcome.failure !== undefined)?.failure;
  return {
    count: new Set(actions).size,
    sentences: [
      ...sentence(
        'byOrganization',
        (what) =>
          `A service control policy of the organisation takes from ${what}. ` +
          'The people who manage the organisation can change that. There may be more, as AWS does not simulate policies with conditions.',
      ),
      ...sentence(
        'byBoundary',
        (what, boundary) =>
          `The permissions boundary ${boundary} takes from ${what}. ` +
          'The owner of that policy can change it, or set PermissionsBoundaryArn to another one.',
      ),
    ],
    failures:
      failure === undefined
        ? []
        : [`Whether an organisation or a boundary takes anything from Redis is not known. ${failure}`],
  };
}
