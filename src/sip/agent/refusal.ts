import type { AgreedInterval, IntervalPolicy } from '../dialog/index.ts';
import { type ResponseFields, readBody, type SipRequest } from '../message/index.ts';
import type { Flow } from '../transport/index.ts';
import type { Abilities } from './abilities.ts';

export const accept = 'Accept: application/sdp';
const acceptEncoding = 'Accept-Encoding: identity';

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
 * that must be understood and is no session description must not be thought to be understood. Undefined: go on.
 */
export function refusalOf(request: SipRequest, abilities: Abilities): Refusal | undefined {
  const { method } = request;
  if (method === 'CANCEL') return undefined;
  // We never subscribe, so there is no subscription a NOTIFY could belong to (RFC 6665 4.1.3).
  if (method === 'NOTIFY') return { status: 481, fields: {} };
  // Reliable responses are a matter of the dial peer: a session says what becomes of a PRACK in it.
  const isKnown = abilities.methods.has(method) || (method === 'PRACK' && request.toTag !== undefined);
  if (!isKnown) return { status: 405, fields: { headers: [abilities.allow] } };
  if (request.parsedUri.scheme === 'other') return { status: 416, fields: {} };
  // A BYE ends the call whatever it carries: a refusal would leave the call up on one side.
  if (method !== 'BYE' && readBody(request).kind === 'unknown') {
    return { status: 415, fields: { headers: [accept, acceptEncoding] } };
  }
  if (method === 'INVITE' && request.contentLength === 0 && !acceptsSdp(request)) return { status: 406, fields: {} };
  const { require } = request;
  const isDecidedLater = (tag: string): boolean => tag === '100rel' && method === 'INVITE';
  const unknown =
    require.length === 0 ? require : require.filter((tag) => !abilities.extensions.has(tag) && !isDecidedLater(tag));
  if (unknown.length > 0) return { status: 420, fields: { headers: [`Unsupported: ${unknown.join(', ')}`] } };
  return undefined;
}

/** Whether a request outside a dialog came to a sips URI by a hop that is not TLS, though that promises TLS on all (RFC 3261 26.4.4). */
export function breaksSips(request: SipRequest, { transport }: Pick<Flow, 'transport'>): boolean {
  if (transport === 'tls' || request.toTag !== undefined || request.method === 'CANCEL') return false;
  return request.parsedUri.scheme === 'sips';
}

/** Whether an INVITE demands reliable responses that it shall not have, or must know them and does not (RFC 3262 3). */
export function reliabilityRefusal(invite: SipRequest, { rel1xx }: Pick<Abilities, 'rel1xx'>): Refusal | undefined {
  if (rel1xx === 'disable' && invite.require.includes('100rel')) {
    return { status: 420, fields: { headers: ['Unsupported: 100rel'] } };
  }
  if (rel1xx === 'require' && !knows(invite, '100rel')) {
    return { status: 421, fields: { headers: ['Require: 100rel'] } };
  }
  return undefined;
}

/** Whether the session interval of an INVITE is shorter than we take (RFC 4028 9). */
export function intervalRefusal(
  interval: AgreedInterval | 'too small',
  { minSe }: IntervalPolicy,
): Refusal | undefined {
  return interval === 'too small' ? { status: 422, fields: { headers: [`Min-SE: ${minSe}`] } } : undefined;
}

/** Whether a peer can do something, or demands it. */
export function knows(request: SipRequest, tag: string): boolean {
  return request.supported.includes(tag) || request.require.includes(tag);
}
