import type { Address } from '../../io/index.ts';
import type { SipRequest } from '../message/index.ts';
import type { IncomingInvite, SipSession } from '../session.ts';
import type { AuthenticationEntry, TransportName } from '../settings.ts';
import { sdpOf } from './sdp-of.ts';

/** The session an INVITE began, as far as it is shown with it. */
interface BegunSession extends SipSession {
  readonly calling: string;
  readonly called: string;
  readonly requestUri: string;
  authenticate(request: SipRequest, source: Address, entries: readonly AuthenticationEntry[]): boolean;
}

/** An INVITE of the network, as whoever takes calls is shown it. */
export class ReceivedInvite implements IncomingInvite {
  readonly session: BegunSession;
  readonly calling: string;
  readonly called: string;
  readonly requestUri: string;
  readonly source: Address;
  readonly transport: TransportName;
  readonly maxForwards?: number;
  readonly sdp: string | undefined;
  readonly #request: SipRequest;

  constructor(session: BegunSession, request: SipRequest, source: Address, called = session.called) {
    this.session = session;
    this.calling = session.calling;
    this.called = called;
    this.requestUri = session.requestUri;
    this.source = source;
    this.transport = session.transport;
    this.sdp = sdpOf(request);
    if (request.maxForwards !== undefined) this.maxForwards = request.maxForwards;
    this.#request = request;
  }

  addressedTo(called: string): IncomingInvite {
    return new ReceivedInvite(this.session, this.#request, this.source, called);
  }

  authenticate(entries: readonly AuthenticationEntry[]): boolean {
    const { session, source } = this;
    return session.authenticate(this.#request, source, entries);
  }
}
