import { readBody, type SipMessage } from '../message/index.ts';

/** The session description of a message; undefined when it has none. */
export function sdpOf(message: SipMessage): string | undefined {
  const body = readBody(message);
  return body.kind === 'sdp' ? body.text : undefined;
}
