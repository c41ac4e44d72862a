import type { ResponseFields, SipRequest } from '../message/index.ts';

export const allow = 'Allow: INVITE, ACK, BYE, CANCEL, OPTIONS';
export const accept = 'Accept: application/sdp';
const supportedMethods = new Set(['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS']);

export interface Refusal {
  readonly status: number;
  readonly fields: ResponseFields;
}

/** Whether the offer that we would send may be a session description. An absent Accept takes it (RFC 3261 20.1). */
function acceptsSdp(request: SipRequest): boolean {
  const lines = request.headers('accept');
  const ranges = lines.flatMap((line) =>
    line.split(',').map((range) => (range.split(';', 1)[0] ?? '').trim().toLowerCase()),
  );
  return lines.length === 0 || ranges.some((range) => ['application/sdp', 'application/*', '*/*'].includes(range));
}

/**
 * What no later step needs to look at: unknown methods, schemes, bodies and extensions (RFC 3261 8.2.1 to 8.2.3). A body
 * that is no session description must not be thought to be understood. Undefined: go on.
 */
export function refusalOf(request: SipRequest): Refusal | undefined {
  if (request.method === 'CANCEL') return undefined;
  if (!supportedMethods.has(request.method)) return { status: 405, fields: { headers: [allow] } };
  if (request.parsedUri.scheme === 'other') return { status: 416, fields: {} };
  if (request.contentLength > 0 && request.contentType !== 'application/sdp') {
    return { status: 415, fields: { headers: [accept] } };
  }
  if (request.method === 'INVITE' && request.contentLength === 0 && !acceptsSdp(request))
    return { status: 406, fields: {} };
  const { require } = request;
  if (require.length > 0) return { status: 420, fields: { headers: [`Unsupported: ${require.join(', ')}`] } };
  return undefined;
}
