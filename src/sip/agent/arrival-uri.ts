import type { SipUri } from '../message/index.ts';
import type { ArrivalUri } from '../session.ts';

const nowhere: ArrivalUri = { text: '', scheme: 'other', user: '', host: '', phoneContext: undefined };

/** A URI of the peer's, as calls are routed by it. */
export function arrivalUri(uri: SipUri | undefined): ArrivalUri {
  if (uri === undefined) return nowhere;
  const { text, scheme, user, address: host } = uri;
  return { text, scheme, user, host, phoneContext: uri.parameter('phone-context') };
}
