import type { Mutant } from './mutant.ts';

/** What errors mean, when nothing more may be called, and what CloudFormation is told. */
export const calls: Mutant[] = [
  {
    breaks: 'a denial counts as "not there"',
    file: 'aws.ts',
    text: "if (['NoSuchEntity', 'ResourceNotFound'].includes(codeOf(error))) return undefined;",
    replacement:
      "if (['NoSuchEntity', 'ResourceNotFound', 'AccessDenied'].includes(codeOf(error))) return undefined;",
  },
  {
    breaks: 'every error counts as "not there"',
    file: 'aws.ts',
    text: "if (['NoSuchEntity', 'ResourceNotFound'].includes(codeOf(error))) return undefined;",
    replacement: 'if (codeOf(error)) return undefined;',
  },
  {
    breaks: 'a quota, a conflict, a refusal are waited out',
    file: 'aws.ts',
    text: "'Throttling', ...passing].includes(code))",
    replacement: "'Throttling', code, ...passing].includes(code))",
  },
  {
    breaks: 'an entity that was made a moment ago is believed to be missing',
    file: 'aws.ts',
    text: "code === 'NoSuchEntity' ||",
    replacement: "code === 'ResourceNotFound' ||",
  },
  {
    breaks: 'a principal that was made a moment ago is believed to be invalid',
    file: 'aws.ts',
    text: '/invalid principal/i.test(error.message)',
    replacement: '/invalid principle/i.test(error.message)',
  },
  {
    breaks: 'a lost answer counts as a refusal',
    file: 'aws.ts',
    text: 'return status >= 400 && status < 500;',
    replacement: 'return status === 0 || status >= 400;',
  },
  {
    breaks: 'a denial by a policy that will not change is waited out',
    file: 'aws.ts',
    text: 'if (deniedBy(error)) return 0;',
    replacement: '',
  },
  {
    breaks: 'a denial that is a matter of seconds is final',
    file: 'aws.ts',
    text: 'denialsEnd ??= Date.now() + DENIAL_PATIENCE;',
    replacement: 'denialsEnd ??= Date.now();',
  },
  {
    breaks: 'calls go on after the deadline',
    file: 'aws.ts',
    text: 'if (signal.aborted || Date.now() > aws.turnEndsAt) throw',
    replacement: 'if (Date.now() > aws.turnEndsAt) throw',
  },
  {
    breaks: 'the deadline is ignored',
    file: 'handler.ts',
    text: 'const aws = connect(signal);',
    replacement: 'const aws = connect(signal.aborted ? signal : undefined);',
  },
  {
    breaks: 'no time is left for the answer',
    file: 'handler.ts',
    text: 'const RESERVED_FOR_ANSWER = 15_000;',
    replacement: 'const RESERVED_FOR_ANSWER = 10;',
  },
  {
    breaks: 'the function answers while calls are under way',
    file: 'aws.ts',
    text: 'const results = await Promise.allSettled(steps);',
    replacement: 'await Promise.all(steps);\n  const results = await Promise.allSettled(steps);',
  },
  {
    breaks: 'the Reason may hold secrets',
    file: 'respond.ts',
    text: 'const reason = scrub(answer.Reason);',
    replacement: 'const reason = answer.Reason ?? scrub(answer.Reason);',
  },
  {
    breaks: 'the log may hold secrets',
    file: 'log.ts',
    text: 'console.log(scrub(JSON.stringify(fields)));',
    replacement: 'console.log(JSON.stringify(fields));',
  },
  {
    breaks: 'a new secret key is not known as a secret',
    file: 'access-key.ts',
    text: 'keepSecret(made.secret);',
    replacement: 'void keepSecret;',
  },
  {
    breaks: 'a long Reason makes an answer that CloudFormation refuses',
    file: 'respond.ts',
    text: 'if (body.byteLength <= MAX_BYTES || length <= 0) return body;',
    replacement: 'if (body.byteLength > 0) return body;',
  },
  {
    breaks: 'the answer has a content type, which the pre-signed URL refuses',
    file: 'respond.ts',
    text: "headers: { 'content-type': '' },",
    replacement: "headers: { 'content-type': 'application/json' },",
  },
  {
    breaks: 'a refused answer counts as given',
    file: 'respond.ts',
    text: 'if (response.ok) return;',
    replacement: 'if (response.status) return;',
  },
  {
    breaks: 'the function throws after its answer, so that Lambda runs the request again',
    file: 'respond.ts',
    text: 'NoEcho: true,\n        });\n        request.response = null;',
    replacement: 'NoEcho: true,\n        });',
  },
  {
    breaks: 'a failed Update answers with another id, so that CloudFormation deletes the bundle',
    file: 'request.ts',
    text: 'if (event.PhysicalResourceId) return event.PhysicalResourceId;\n  try {',
    replacement: 'try {',
  },
];
