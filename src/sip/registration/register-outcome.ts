import { contactsByPreference } from '../agent/redirection.ts';
import { type NameAddress, parseUri, reasonPhrase, type SipResponse } from '../message/index.ts';

/** What an answer to a REGISTER means for us. */
export type RegisterOutcome =
  | {
      readonly kind: 'accepted';
      readonly expiresSeconds: number;
      /** The registrar sends calls on the connection of the request (RFC 5626 6), and wants a keepalive so often. */
      readonly outbound?: { readonly flowTimerSeconds: number | undefined };
    }
  /** 439: whoever stands before the registrar cannot send calls on a connection. */
  | { readonly kind: 'no outbound'; readonly reason: string }
  | { readonly kind: 'challenged' }
  | { readonly kind: 'too brief'; readonly minimumSeconds: number }
  /** Contact URIs to try, the preferred first. */
  | { readonly kind: 'redirected'; readonly contacts: readonly string[] }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string; readonly retryAfterSeconds: number | undefined };

/** Longer times than a week are nothing to promise. */
const longestExpires = 604_800;

/** Reads a final response. `contactUri` and `askedSeconds` are those of the request. */
export function outcomeOf(response: SipResponse, contactUri: string, askedSeconds: number): RegisterOutcome {
  const { status } = response;
  if (status < 300) return withOutbound(response, granted(response, contactUri, askedSeconds));
  const reason = `${status} ${response.reason === '' ? reasonPhrase(status) : response.reason}`;
  if (status < 400 && response.contacts.length > 0)
    return { kind: 'redirected', contacts: contactsByPreference(response.contacts) };
  switch (status) {
    case 401:
    case 407:
      return { kind: 'challenged' };
    case 403:
    case 404:
      return { kind: 'refused', reason };
    case 439:
      return { kind: 'no outbound', reason };
    case 423:
      return tooBrief(response, askedSeconds, reason);
    default:
      return { kind: 'failed', reason, retryAfterSeconds: secondsOf(response.header('Retry-After')) };
  }
}

function withOutbound(response: SipResponse, outcome: RegisterOutcome): RegisterOutcome {
  const isOutbound = response.require.includes('outbound');
  if (outcome.kind !== 'accepted' || !isOutbound) return outcome;
  return { ...outcome, outbound: { flowTimerSeconds: secondsOf(response.header('Flow-Timer')) } };
}

function granted(response: SipResponse, contactUri: string, askedSeconds: number): RegisterOutcome {
  const own = response.contacts.find((contact) => isSame(contact.uri, contactUri)) ?? response.contact;
  const expiresSeconds = expiresOf(own) ?? response.expires ?? askedSeconds;
  if (askedSeconds === 0) return { kind: 'accepted', expiresSeconds: 0 };
  if (expiresSeconds > 0) return { kind: 'accepted', expiresSeconds: Math.min(expiresSeconds, longestExpires) };
  return { kind: 'failed', reason: 'nothing was granted', retryAfterSeconds: undefined };
}

function tooBrief(response: SipResponse, askedSeconds: number, reason: string): RegisterOutcome {
  const minimumSeconds = secondsOf(response.header('Min-Expires'));
  if (minimumSeconds !== undefined && minimumSeconds > askedSeconds && minimumSeconds <= longestExpires) {
    return { kind: 'too brief', minimumSeconds };
  }
  return { kind: 'failed', reason, retryAfterSeconds: undefined };
}

function expiresOf(contact: NameAddress | undefined): number | undefined {
  return secondsOf(/;[ \t]*expires[ \t]*=[ \t]*"?(\d{1,10})/i.exec(contact?.parameters ?? '')?.[1]);
}

/** Leading digits; a comment and parameters may follow them (RFC 3261 20.33). */
function secondsOf(text: string | undefined): number | undefined {
  const digits = /^(\d{1,10})(?!\d)/.exec(text ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function isSame(one: string, other: string): boolean {
  if (one === other) return true;
  const [a, b] = [parseUri(one), parseUri(other)];
  if (a === undefined || b === undefined) return false;
  return a.user === b.user && a.port === b.port && a.address.toLowerCase() === b.address.toLowerCase();
}
