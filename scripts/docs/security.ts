import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceSection } from './marked-section.ts';
import { abilities } from './security/abilities.ts';
import { readAnswers } from './security/answers.ts';
import { functionRole, instancePolicy, type Reason, userPolicy } from './security/reasons.ts';
import { functionStatements, type Statement, statementsOf } from './security/statements.ts';
import { suppressions } from './security/suppressions.ts';

const root = join(import.meta.dirname, '../..');
const document = join(root, 'docs/security/permissions.md');
const template = join(root, 'template.yaml');
const policy = (name: string) => statementsOf(join(root, 'policies', `${name}.json`));

/** `docs/security/permissions.md` as it must stand, its tables made of `policies/`, `template.yaml` and `scripts/docs/security/`. */
export function securityReview(): string {
  const user = policy('user-restricted');
  const instance = policy('instance-role');
  const sections: Record<string, string> = {
    'user policy': reasonTable(user, userPolicy) + grants(user),
    'instance policy': reasonTable(instance, instancePolicy) + grants(instance),
    'known oddities': oddities({ user: [user, userPolicy], instance: [instance, instancePolicy] }),
    abilities: abilityLists(),
    'function role':
      reasonTable(functionStatements(template), functionRole) + grants(functionStatements(template)),
    suppressions: suppressionTable(),
    cloudsplaining: answerTable(),
  };
  return Object.entries(sections).reduce(
    (text, [name, content]) => replaceSection(text, name, `\n${content}\n`),
    readFileSync(document, 'utf8'),
  );
}

/** @throws Error if a statement has no reason, or a reason no statement */
function reasonTable(statements: Statement[], reasons: Record<string, Reason>): string {
  const known = statements.map(({ sid }) => sid);
  const missing = known.filter((sid) => !(sid in reasons));
  const extra = Object.keys(reasons).filter((sid) => !known.includes(sid));
  if (missing.length + extra.length > 0)
    throw new Error(
      `scripts/docs/security/reasons.ts lacks ${missing.join(', ') || 'nothing'} and has ${extra.join(', ') || 'nothing'} in vain.`,
    );
  const rows = statements.map(({ sid, effect }) => [
    `${effect === 'Deny' ? '**Deny** ' : ''}\`${sid}\``,
    reasons[sid]?.means ?? '',
    reasons[sid]?.why ?? '',
  ]);
  return table(['statement', 'in plain words', 'why it is there'], rows);
}

/** The statements as they are, folded away. */
function grants(statements: Statement[]): string {
  const rows = statements.map(({ sid, actions, resources, conditions }) => [
    `\`${sid}\``,
    codes(actions),
    codes(resources),
    conditions.length > 0 ? codes(conditions) : 'always',
  ]);
  return `\n\n<details><summary>Actions, resources and conditions</summary>\n\n${table(['statement', 'actions', 'resources', 'condition'], rows)}\n\n</details>`;
}

function oddities(policies: Record<string, [Statement[], Record<string, Reason>]>): string {
  const rows = Object.entries(policies).flatMap(([name, [statements, reasons]]) =>
    statements
      .filter(({ sid }) => reasons[sid]?.oddity)
      .map(({ sid }) => [name, `\`${sid}\``, reasons[sid]?.oddity ?? '']),
  );
  return table(['policy', 'statement', 'what a reviewer will stumble over'], rows);
}

function abilityLists(): string {
  const rows = (allowed: boolean) =>
    abilities
      .filter((ability) => ability.allowed === allowed)
      .map(
        ({ text, action, withBoundary }) =>
          `- ${text} (\`${action}\`)${withBoundary === false ? '; not with [the boundary](../../policies/boundary.json)' : ''}`,
      )
      .join('\n');
  return `**Redis can**\n\n${rows(true)}\n\n**Redis cannot**\n\n${rows(false)}`;
}

function suppressionTable(): string {
  const rows = suppressions(template).map(({ resource, tool, check, reason }) => [
    resource,
    tool,
    check,
    reason,
  ]);
  return rows.length > 0
    ? table(['where', 'linter', 'finding', 'answer'], rows)
    : 'No finding is suppressed in the template.';
}

/** The boundary's only where they are not the same as the user policy's. */
function answerTable(): string {
  const answers = readAnswers(join(root, 'docs/security/answers.yaml'));
  const rows = Object.entries(answers).flatMap(([name, findings]) =>
    Object.entries(findings)
      .filter(([action, answer]) => name !== 'boundary' || answers['user-restricted']?.[action] !== answer)
      .map(([action, answer]) => [name, `\`${action}\``, answer]),
  );
  return table(['policy', 'finding', 'answer'], rows);
}

const codes = (items: string[]) => items.map((item) => `\`${item.replaceAll('|', '\\|')}\``).join('<br>');

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
