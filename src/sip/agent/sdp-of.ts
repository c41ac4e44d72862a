import type { SipMessage } from '../message/index.ts';

/** The session description of a message; undefined when it has none. */
export function sdpOf(message: SipMessage): string | undefined {
  return message.contentLength > 0 && message.contentType === 'application/sdp' ? message.body : undefined;
}
