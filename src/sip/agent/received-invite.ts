import type { Address } from '../../io/index.ts';
import { calledNumber, parseNameAddress, parseUri, type SipRequest } from '../message/index.ts';
import type {
  ArrivalUri,
  CallTerms,
  IncomingInvite,
  MessageTally,
  ReplacedLeg,
  SipSession,
  UriPlace,
} from '../session.ts';
import type { AuthenticationEntry, TransportName } from '../settings.ts';
import { arrivalUri } from './arrival-uri.ts';
import { sdpOf } from './sdp-of.ts';

/** The session an INVITE began, as far as it is shown with it. */
interface BegunSession extends SipSession {
  readonly calling: string;
  readonly called: string;
  readonly requestUri: string;
  replaces(request: SipRequest): ReplacedLeg | undefined;
  settle(request: SipRequest, terms: CallTerms): boolean;
  readonly tenant: number;
  authenticate(request: SipRequest, source: Address, entries: readonly AuthenticationEntry[]): boolean;
  countInto(tally: MessageTally): void;
  knowUsAs(localName: string | undefined): void;
}

/** Of several in one line. */
function firstValue(line: string): string {
  return /^\s*((?:"(?:[^"\\]|\\.)*"|<[^>]*>|[^,"<])*)/.exec(line)?.[1]?.trim() ?? '';
}

/** An INVITE of the network, as whoever takes calls is shown it. */
export class ReceivedInvite implements IncomingInvite {
  readonly session: SipSession;
  readonly calling: string;
  readonly called: string;
  readonly requestUri: string;
  readonly source: Address;
  readonly transport: TransportName;
  readonly maxForwards?: number;
  readonly tenant: number;
  readonly sdp: string | undefined;
  readonly #begun: BegunSession;
  readonly #request: SipRequest;

  constructor(
    begun: BegunSession,
    request: SipRequest,
    source: Address,
    called = begun.called,
    session: SipSession = begun,
  ) {
    this.session = session;
    this.calling = begun.calling;
    this.called = called;
    this.requestUri = begun.requestUri;
    this.source = source;
    this.transport = begun.transport;
    this.tenant = begun.tenant;
    this.sdp = sdpOf(request);
    if (request.maxForwards !== undefined) this.maxForwards = request.maxForwards;
    this.#begun = begun;
    this.#request = request;
  }

  uri(place: UriPlace): ArrivalUri {
    const { topVia, parsedUri, to, from } = this.#request;
    if (place === 'via') {
      const host = topVia.host.replace(/^\[(.*)\]$/, '$1');
      const text = `sip:${topVia.host}${topVia.port === undefined ? '' : `:${topVia.port}`}`;
      return { text, scheme: 'sip', user: '', host, phoneContext: undefined };
    }
    return arrivalUri(place === 'request' ? parsedUri : parseUri(place === 'to' ? to.uri : from.uri));
  }

  replaces(): ReplacedLeg | undefined {
    return this.#begun.replaces(this.#request);
  }

  redirecting(): string | undefined {
    const diversion = this.#request.headers('Diversion')[0];
    const address = diversion === undefined ? undefined : parseNameAddress(firstValue(diversion));
    const uri = address === undefined ? undefined : parseUri(address.uri);
    return uri === undefined ? undefined : calledNumber(uri);
  }

  addressedTo(called: string): IncomingInvite {
    return new ReceivedInvite(this.#begun, this.#request, this.source, called, this.session);
  }

  through(session: SipSession): IncomingInvite {
    return new ReceivedInvite(this.#begun, this.#request, this.source, this.called, session);
  }

  settle(terms: CallTerms): boolean {
    return this.#begun.settle(this.#request, terms);
  }

  authenticate(entries: readonly AuthenticationEntry[]): boolean {
    return this.#begun.authenticate(this.#request, this.source, entries);
  }

  knowUsAs(localName: string | undefined): void {
    this.#begun.knowUsAs(localName);
  }

  countInto(tally: MessageTally): void {
    this.#begun.countInto(tally);
  }
}
