import type { SipRequest, SipResponse } from '../message/index.ts';
import { matchesCookie } from './cookie.ts';

/** Every key begins with who holds it, so that a client's and a server's never meet. */
const client = 'c ';
const server = 's ';

/** Key of the client transaction we start with this branch (RFC 3261 17.1.3): branch and method of CSeq. */
export function clientKey(branch: string, method: string): string {
  return `${client}${branch} ${method}`;
}

/** Key of the client transaction a response answers; undefined when its topmost Via has no branch. */
export function responseKey(response: SipResponse): string | undefined {
  const { branch } = response.topVia;
  return branch === undefined ? undefined : clientKey(branch, response.cseqMethod);
}

/**
 * Key of a request's server transaction (RFC 3261 17.2.3). `method` is given where it is not the request's own: ACK and
 * CANCEL look for the INVITE. Branches of RFC 3261 name the transaction together with the sender; the rest is compared as
 * RFC 2543 peers need it.
 */
export function serverKey(request: SipRequest, method: string): string {
  const via = request.topVia;
  const { branch } = via;
  if (branch !== undefined && matchesCookie(branch)) {
    return `${server}${branch.slice(7)} ${via.host.toLowerCase()}:${via.port ?? ''} ${method}`;
  }
  const toTag = method === 'INVITE' ? '' : (request.toTag ?? '');
  return `${server}${request.uri} ${request.fromTag ?? ''} ${toTag} ${request.callId} ${request.cseqNumber} ${method} ${via.text}`;
}

/**
 * Same request by another way (RFC 3261 8.2.2.2): From tag, Call-ID and CSeq. Empty when the question does not arise: inside
 * a dialog, and for ACK and CANCEL.
 */
export function mergeKey(request: SipRequest): string {
  if (request.toTag !== undefined || request.method === 'ACK' || request.method === 'CANCEL') return '';
  return `${request.callId} ${request.fromTag ?? ''} ${request.cseqNumber} ${request.method}`;
}
