import type { Address, DebugHub, DebugTopic, Tls, TlsSession } from './io/index.ts';
import { parseSdp } from './media/index.ts';
import { traceHead } from './sip/index.ts';
import type {
  DialogMessage,
  IncomingInvite,
  InviteReceiver,
  OfferCarrier,
  OutgoingInvite,
  ReceivedRefer,
  ReferProgress,
  ReferVerdict,
  SessionHandler,
  SipSession,
  UserAgent,
} from './sip/session.ts';

/** `debug ccsip events`, `info` and `media`: what passes between calls and the SIP user agent. */
interface Topics {
  readonly events: DebugTopic;
  readonly info: DebugTopic;
  readonly media: DebugTopic;
}

function topicsOf(hub: DebugHub): Topics {
  return { events: hub.topic('ccsip events'), info: hub.topic('ccsip info'), media: hub.topic('ccsip media') };
}

/** The user agent as calls see it, watched: what they ask of it, and what it tells them. */
export function watchedAgent(agent: UserAgent, hub: DebugHub): UserAgent {
  const topics = topicsOf(hub);
  return {
    get sessionCount() {
      return agent.sessionCount;
    },
    isShunned: (request) => agent.isShunned(request),
    invite: (request, handler) => {
      told(topics.info, 'Info', 'sipSPIOutgoingCall', () => outgoing(request));
      const watched = new WatchedHandler(handler, topics);
      const offer = (localHost: string): string => {
        const sdp = request.offer(localHost);
        media(topics, watched.session, 'local offer', sdp);
        return sdp;
      };
      const session = agent.invite({ ...request, offer }, watched);
      watched.session = session;
      event(topics, session, 'call setup');
      return new WatchedSession(session, topics);
    },
  };
}

/** Who takes calls, watched in the same way. */
export function watchedReceiver(receiver: InviteReceiver, hub: DebugHub): InviteReceiver {
  const topics = topicsOf(hub);
  return {
    invited: (invite) => {
      const { session } = invite;
      event(topics, session, 'new INVITE');
      told(topics.info, 'Info', 'sipSPIIncomingCall', () => incoming(invite));
      media(topics, session, 'remote offer', invite.sdp);
      return new WatchedHandler(receiver.invited(invite.through(new WatchedSession(session, topics))), topics, session);
    },
  };
}

/** The session of a caller: what we answer is told too. */
class WatchedSession implements SipSession {
  readonly #session: SipSession;
  readonly #topics: Topics;

  constructor(session: SipSession, topics: Topics) {
    this.#session = session;
    this.#topics = topics;
  }

  get direction(): SipSession['direction'] {
    return this.#session.direction;
  }
  get callId(): string {
    return this.#session.callId;
  }
  get legName(): string | undefined {
    return this.#session.legName;
  }
  get transport(): SipSession['transport'] {
    return this.#session.transport;
  }
  get remote(): Address | undefined {
    return this.#session.remote;
  }
  get localHost(): string | undefined {
    return this.#session.localHost;
  }
  get state(): SipSession['state'] {
    return this.#session.state;
  }

  progress(status: 180 | 183, sdp?: string): void {
    this.#say(`send ${status}`, sdp);
    this.#session.progress(status, sdp);
  }
  answer(sdp: string): void {
    this.#say('send 200', sdp);
    this.#session.answer(sdp);
  }
  release(...how: Parameters<SipSession['release']>): void {
    const [status] = how;
    this.#say(`release${status === undefined ? '' : ` with ${status}`}`);
    this.#session.release(...how);
  }
  get takesOffers(): boolean {
    return this.#session.takesOffers;
  }
  offer(sdp: string, method: 'INVITE' | 'UPDATE' = 'INVITE'): void {
    this.#say(method === 'INVITE' ? 'send re-INVITE' : 'send UPDATE', sdp);
    this.#session.offer(sdp, method);
  }
  askForOffer(): void {
    this.#say('send re-INVITE without offer');
    this.#session.askForOffer();
  }
  withdrawOffer(): void {
    this.#say('withdraw re-INVITE');
    this.#session.withdrawOffer();
  }
  tell(message: DialogMessage): boolean {
    this.#say(`send ${message.method}`);
    return this.#session.tell(message);
  }
  answerOffer(sdp: string): void {
    this.#say('answer re-INVITE', sdp);
    this.#session.answerOffer(sdp);
  }
  refuseOffer(status: number): void {
    this.#say(`refuse re-INVITE with ${status}`);
    this.#session.refuseOffer(status);
  }

  get takesRefer(): boolean {
    return this.#session.takesRefer;
  }
  refer(...how: Parameters<SipSession['refer']>): void {
    this.#say(`send REFER to ${how[0]}`);
    this.#session.refer(...how);
  }

  #say(what: string, sdp?: string): void {
    event(this.#topics, this.#session, what);
    media(this.#topics, this.#session, 'local description', sdp);
  }
}

class WatchedHandler implements SessionHandler {
  session: SipSession | undefined;
  readonly #handler: SessionHandler;
  readonly #topics: Topics;

  constructor(handler: SessionHandler, topics: Topics, session?: SipSession) {
    this.#handler = handler;
    this.#topics = topics;
    this.session = session;
  }

  get legName(): string | undefined {
    return this.#handler.legName;
  }

  get leg(): number | undefined {
    return this.#handler.leg;
  }

  credentialFor(realm: string): ReturnType<NonNullable<SessionHandler['credentialFor']>> {
    return this.#handler.credentialFor?.(realm);
  }
  messaged(message: DialogMessage): number {
    const status = this.#handler.messaged?.(message) ?? 415;
    this.#say(`${message.method} received, answered with ${status}`);
    return status;
  }
  progressed(status: number, sdp: string | undefined): void {
    this.#say(`${status} received`, 'remote answer', sdp);
    this.#handler.progressed(status, sdp);
  }
  answered(sdp: string | undefined): void {
    this.#say('200 received', 'remote answer', sdp);
    this.#handler.answered(sdp);
  }
  failed(...how: Parameters<SessionHandler['failed']>): void {
    const [status, reason] = how;
    this.#say(`failed with ${status}${reason === '' ? '' : ` ${reason}`}`);
    this.#handler.failed(...how);
  }
  ended(...how: Parameters<SessionHandler['ended']>): void {
    this.#say(`ended: ${how[0]}`);
    this.#handler.ended(...how);
  }
  offered(sdp: string, carrier: OfferCarrier): void {
    this.#say(carrier === 'INVITE' ? 're-INVITE received' : `offer in ${carrier} received`, 'remote offer', sdp);
    this.#handler.offered(sdp, carrier);
  }
  referred(refer: ReceivedRefer): ReferVerdict {
    const verdict = this.#handler.referred(refer);
    const outcome = typeof verdict === 'function' ? 'taken' : `refused with ${verdict.status}`;
    this.#say(`REFER to ${refer.called}${refer.replaces === undefined ? '' : ' with Replaces'} ${outcome}`);
    return typeof verdict !== 'function' ? verdict : (progress) => verdict(this.#followed(progress));
  }
  #followed(progress: ReferProgress): ReferProgress {
    return {
      tell: (status, why) => {
        this.#say(`transfer: ${status}${why === undefined ? '' : ` ${why.text}`}`);
        progress.tell(status, why);
      },
    };
  }
  offerWithdrawn(): void {
    this.#say('re-INVITE withdrawn');
    this.#handler.offerWithdrawn();
  }
  offerAnswered(status: number, sdp: string | undefined): void {
    this.#say(`offer answered with ${status}`, 'remote answer', sdp);
    this.#handler.offerAnswered(status, sdp);
  }

  #say(what: string, description = '', sdp?: string): void {
    event(this.#topics, this.session, what);
    media(this.#topics, this.session, description, sdp);
  }
}

function told(topic: DebugTopic, kind: string, where: string, text: () => string, legName?: string): void {
  if (topic.on) topic.write(() => `${traceHead(kind, where, legName)} ${text()}`);
}

function event({ events }: Topics, session: SipSession | undefined, what: string): void {
  if (!events.on) return;
  told(events, 'Event', 'sipSPIEventInfo', () => `${session?.callId ?? '-'} : ${what}`, session?.legName);
}

function media(
  { media: topic }: Topics,
  session: SipSession | undefined,
  whose: string,
  sdp: string | undefined,
): void {
  if (!topic.on || sdp === undefined || sdp === '') return;
  told(topic, 'Media', 'sipSPIMediaInfo', () => `${whose}: ${streams(sdp)}`, session?.legName);
}

/** The streams of a description, without the keys that one may hold. */
function streams(sdp: string): string {
  const parsed = parseSdp(sdp);
  if (parsed.kind === 'malformed') return `no description: ${parsed.reason}`;
  return parsed.sdp.media
    .map(({ kind, host, port, protocol, formats, encodings, direction }) => {
      const named = formats.map((format) => encodings.get(format) ?? format).join(', ');
      return `${kind} ${host === '' ? '-' : host}:${port} ${protocol} ${named} ${direction}`;
    })
    .join('; ');
}

function outgoing({ target, transport, scheme, calling, called, maxForwards }: OutgoingInvite): string {
  const port = target.port === undefined ? '' : `:${target.port}`;
  const hops = maxForwards === undefined ? '' : `, hops left ${maxForwards}`;
  return `${calling || '-'} calls ${called} at ${target.kind}:${target.host}${port} over ${transport}, scheme ${scheme}${hops}`;
}

function incoming({ calling, called, source, transport, maxForwards }: IncomingInvite): string {
  const hops = maxForwards === undefined ? '' : `, hops left ${maxForwards}`;
  return `${calling || '-'} calls ${called} from ${place(source)} over ${transport}${hops}`;
}

function place({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** `debug ssl openssl`: handshakes as they begin, end and fail. What is in their records stays in the library. */
export function watchedTls(tls: Tls, hub: DebugHub): Tls {
  const states = hub.topic('ssl openssl states');
  const messages = hub.topic('ssl openssl msg');
  const errors = hub.topic('ssl openssl errors');
  const watch = async (role: 'accept' | 'connect', remote: Address, run: () => Promise<TlsSession>) => {
    const where = `SSL_${role} ${place(remote)}`;
    if (states.on) states.write(() => `${where}: before SSL initialization`);
    try {
      const session = await run();
      const { peer } = session;
      if (states.on) states.write(() => `${where}: SSL negotiation finished successfully`);
      if (messages.on) {
        const kept = `${peer.chainDer.length} certificates, ${peer.chainError ?? 'chain verified'}`;
        messages.write(
          () =>
            `${where}: ${peer.version} ${peer.cipherOpenssl} ${peer.curve ?? '-'}, ${kept}${peer.resumed ? ', session resumed' : ''}`,
        );
      }
      return session;
    } catch (error) {
      if (states.on) states.write(() => `${where}: error`);
      if (errors.on) errors.write(() => `${where}: ${error instanceof Error ? error.message : String(error)}`);
      throw error;
    }
  };
  return {
    accept: (stream, ...rest) => watch('accept', stream.remote, () => tls.accept(stream, ...rest)),
    connect: (stream, ...rest) => watch('connect', stream.remote, () => tls.connect(stream, ...rest)),
    forgetSessions: () => tls.forgetSessions(),
  };
}
