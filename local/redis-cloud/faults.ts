import type { CloudRequest, CloudResponse } from './types.ts';

/** What happens to a request instead of, or besides, what it asks for. */
export type FaultKind =
  | 'drop before'
  | 'drop after'
  | 'hang before'
  | 'hang after'
  | '429'
  | '429 with header'
  | '500'
  | '503'
  | '503 after'
  | 'redirect'
  | 'html'
  | 'html after'
  | '409'
  | '422'
  | '401';

export interface Fault {
  when: (request: CloudRequest) => boolean;
  kind: FaultKind;
  times: number;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const PAGE = '<html><head><title>Error</title></head><body><center><h1>Error</h1></center></body></html>';

const ANSWERS: Record<string, CloudResponse> = {
  drop: 'drop',
  hang: 'hang',
  '429': { status: 429, headers: JSON_TYPE, body: '{"description":"Too many requests"}' },
  '429 with header': {
    status: 429,
    headers: { ...JSON_TYPE, 'x-rate-limit-retry-after-seconds': '7', 'x-rate-limit-remaining': '0' },
    body: '',
  },
  '500': { status: 500, headers: JSON_TYPE, body: '{"message":"Internal error"}' },
  '503': { status: 503, headers: {}, body: PAGE },
  redirect: { status: 302, headers: { location: 'http://127.0.0.1:9/elsewhere' }, body: '' },
  html: { status: 200, headers: { 'content-type': 'text/html' }, body: PAGE },
  '409': { status: 409, headers: JSON_TYPE, body: '{"description":"Conflict"}' },
  '401': { status: 401, headers: { 'content-type': 'text/html' }, body: PAGE },
  '422': { status: 422, headers: JSON_TYPE, body: '{"description":"Unprocessable"}' },
};

/** The fault that the next such request meets, if one is planned. */
export function takeFault(faults: Fault[], request: CloudRequest): FaultKind | undefined {
  const fault = faults.find(({ when, times }) => times > 0 && when(request));
  if (fault) fault.times -= 1;
  return fault?.kind;
}

/** Whether the request is carried out all the same. */
export const isAfter = (kind: FaultKind): boolean => kind.endsWith(' after');

export const answerOf = (kind: FaultKind): CloudResponse =>
  ANSWERS[kind.replace(/ (before|after)$/, '')] ?? 'drop';
