import type { Address } from '../../io/index.ts';
import type {
  DialogMessage,
  IncomingInvite,
  InviteReceiver,
  OfferCarrier,
  OutgoingInvite,
  ReceivedRefer,
  ReferOutcome,
  ReplacedLeg,
  SessionHandler,
  SipSession,
  UserAgent,
} from '../../sip/session.ts';

/** What a session of ours was told to do, in order. */
type Done = string;

/** A session whose peer is the test. It behaves as the contract says: after its end it takes and tells nothing. */
export class FakeSession implements SipSession {
  readonly direction: 'in' | 'out';
  readonly callId: string;
  readonly transport = 'udp';
  readonly remote: Address = { host: '192.0.2.9', port: 5060 };
  readonly localHost = '192.0.2.1';
  state: SipSession['state'] = 'setup';
  readonly done: Done[] = [];
  /** The last description we sent. */
  sdp = '';
  handler: SessionHandler | undefined;

  constructor(direction: 'in' | 'out', callId: string) {
    this.direction = direction;
    this.callId = callId;
  }

  progress(status: 180 | 183, sdp?: string): void {
    this.state = 'early';
    this.#note(`${status}`, sdp);
  }
  answer(sdp: string): void {
    this.state = 'confirmed';
    this.#note('200', sdp);
  }
  release(status?: number): void {
    if (this.state === 'ended') throw new Error('released twice');
    const how = this.state === 'confirmed' ? 'BYE' : this.direction === 'out' ? 'CANCEL' : `${status}`;
    this.state = 'ended';
    this.#note(how);
  }
  /** Its peer takes UPDATE while it rings. */
  updates = false;
  get takesOffers(): boolean {
    return this.state === 'confirmed' || (this.updates && this.state === 'early');
  }
  offer(sdp: string, method: 'INVITE' | 'UPDATE' = 'INVITE'): void {
    this.#note(method === 'INVITE' ? 're-INVITE' : method, sdp);
  }
  askForOffer(): void {
    this.#note('re-INVITE without offer');
  }
  tell({ method, body }: DialogMessage): boolean {
    this.#note(`${method} ${body}`);
    return this.state === 'confirmed';
  }
  withdrawOffer(): void {
    this.#note('CANCEL re-INVITE');
  }
  answerOffer(sdp: string): void {
    this.#note('re-INVITE 200', sdp);
  }
  refuseOffer(status: number): void {
    this.#note(`re-INVITE ${status}`);
  }

  takesRefer = false;
  outcome: ReferOutcome | undefined;
  refer(called: string, _referredBy: string | undefined, outcome: ReferOutcome): void {
    this.outcome = outcome;
    this.#note(`REFER ${called}`);
  }

  /** The peer acts. */
  ring(status = 180, sdp?: string): void {
    this.state = 'early';
    this.handler?.progressed(status, sdp);
  }
  pickUp(sdp: string | undefined): void {
    this.state = 'confirmed';
    this.handler?.answered(sdp);
  }
  fail(status: number): void {
    this.state = 'ended';
    this.handler?.failed(status, '');
  }
  end(cause: 'bye' | 'cancelled' | 'lost' | 'no-ack'): void {
    this.state = 'ended';
    this.handler?.ended(cause);
  }
  reinvite(sdp: string, carrier: OfferCarrier = 'INVITE'): void {
    this.handler?.offered(sdp, carrier);
  }

  /** The peer asks for a transfer to this number; what it is told of it, or the status the REFER was refused with. */
  refers(called: string, more: Partial<ReceivedRefer> = {}): string[] | number {
    const uri = { text: `sip:${called}@192.0.2.1`, scheme: 'sip', user: called, host: '192.0.2.1' } as const;
    const refer = { called, uri: { ...uri, phoneContext: undefined }, maxForwards: 70, ...more };
    const verdict = this.handler?.referred({ replaces: undefined, referredBy: undefined, ...refer });
    if (typeof verdict !== 'function') return verdict?.status ?? 405;
    const told: string[] = [];
    verdict({ tell: (status, why) => told.push(why === undefined ? `${status}` : `${status} ${why.text}`) });
    return told;
  }

  #note(what: string, sdp?: string): void {
    this.done.push(what);
    if (sdp !== undefined) this.sdp = sdp;
  }
}

export class FakeUserAgent implements UserAgent {
  readonly sessions: FakeSession[] = [];
  readonly requests: OutgoingInvite[] = [];

  isShunned(): boolean {
    return false;
  }

  get sessionCount(): number {
    return this.sessions.filter(({ state }) => state !== 'ended').length;
  }

  invite(request: OutgoingInvite, handler: SessionHandler): SipSession {
    const session = new FakeSession('out', `out-${this.sessions.length}`);
    session.handler = handler;
    this.sessions.push(session);
    this.requests.push(request);
    session.sdp = request.offer(session.localHost);
    return session;
  }

  /** The newest INVITE of ours. */
  get last(): FakeSession {
    const session = this.sessions.findLast(({ direction }) => direction === 'out');
    if (session === undefined) throw new Error('no INVITE was sent');
    return session;
  }

  /** An INVITE arrives. */
  call(
    receiver: InviteReceiver,
    numbers: { called: string; calling?: string; scheme?: 'sips'; replaces?: ReplacedLeg },
    sdp: string | undefined,
  ): FakeSession {
    const session = new FakeSession('in', `in-${this.sessions.length}`);
    this.sessions.push(session);
    const invite: IncomingInvite = {
      session,
      calling: numbers.calling ?? '5551000',
      called: numbers.called,
      requestUri: `${numbers.scheme ?? 'sip'}:${numbers.called}@192.0.2.1`,
      source: session.remote,
      transport: 'udp',
      tenant: 0,
      sdp,
      authenticate: () => true,
      settle: () => true,
      countInto: () => undefined,
      knowUsAs: () => undefined,
      redirecting: () => undefined,
      replaces: () => numbers.replaces,
      uri: (place) => ({
        text: `sip:${numbers.called}@192.0.2.1`,
        scheme: 'sip',
        user: place === 'from' ? (numbers.calling ?? '') : numbers.called,
        host: '192.0.2.1',
        phoneContext: undefined,
      }),
      addressedTo: (called) => ({ ...invite, called }),
      through: (other) => ({ ...invite, session: other }),
    };
    session.handler = receiver.invited(invite);
    return session;
  }
}

/** A description as a plain peer writes it. */
export function peerSdp(payloadTypes: string, extra = '', host = '192.0.2.9', port = 30_000): string {
  return `v=0\r\no=- 1 1 IN IP4 ${host}\r\ns=-\r\nc=IN IP4 ${host}\r\nt=0 0\r\nm=audio ${port} RTP/AVP ${payloadTypes}\r\n${extra}`;
}
