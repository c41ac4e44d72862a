import type { Clock, Timer } from '../../../io/index.ts';
import type { GivenReason, IncomingInvite, OutgoingInvite, SessionHandler, SipSession } from '../../session.ts';
import { type SipSettings, sipDefaults, type TransportName } from '../../settings.ts';
import type { Flow, Opening, OpenRequest } from '../../transport/index.ts';
import { SipUserAgent } from '../user-agent.ts';

/** A clock that stands until it is moved. */
export class StandingClock implements Clock {
  #now = 0;
  readonly #timers: { readonly at: number; readonly fire: () => void; cancelled: boolean }[] = [];
  now(): number {
    return this.#now;
  }
  monotonic(): number {
    return this.#now;
  }
  after(delayMs: number, fire: () => void): Timer {
    const timer = { at: this.#now + delayMs, fire, cancelled: false };
    this.#timers.push(timer);
    return {
      cancel: () => {
        timer.cancelled = true;
      },
    };
  }
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#timers.filter((t) => !t.cancelled && t.at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      next.cancelled = true;
      this.#now = Math.max(this.#now, next.at);
      next.fire();
    }
    this.#now = end;
  }
}

/** One end of a way between two agents; what is sent arrives at the other end by the clock. */
export class Wire implements Flow {
  readonly id = 1;
  readonly direction = 'out';
  readonly transport: TransportName;
  readonly local;
  readonly remote;
  readonly provedName = undefined;
  readonly provedNames = [];
  readonly ownNames = [];
  readonly draining = false;
  readonly tenant = 0;
  readonly sent: string[] = [];
  open = true;
  other!: Wire;
  readonly #deliver: (text: string, flow: Flow) => void;
  readonly #answer: (text: string) => void;
  /** What to drop: loss on the way. */
  drops: (text: string) => boolean = () => false;
  /** What becomes of a message on the way. */
  alters: (text: string) => string = (text) => text;
  /** Answers in the place of the other side: a status for a request. */
  answers: (text: string) => number | undefined = () => undefined;

  constructor(
    transport: TransportName,
    local: string,
    remote: string,
    clock: Clock,
    receive: (text: string, flow: Flow) => void,
  ) {
    this.transport = transport;
    this.local = { host: local, port: 5060 };
    this.remote = { host: remote, port: 5060 };
    this.#deliver = (text) => void clock.after(1, () => receive(text, this.other));
    this.#answer = (text) => void clock.after(1, () => this.other.#deliver(text, this.other));
  }
  get reliable(): boolean {
    return this.transport !== 'udp';
  }
  carried = 0;
  /** How often the other side showed that it hears this one. */
  echoes = 0;
  echoed(): void {
    this.echoes++;
  }

  aliasOffered(): void {
    // Nothing here is TLS.
  }

  keptAlive(): void {
    // Nothing here grows silent.
  }

  carry(change: 1 | -1): void {
    this.carried += change;
  }
  readonly aborted: string[] = [];
  abort(reason: string): void {
    this.aborted.push(reason);
  }
  send(text: string): boolean {
    if (!this.open) return false;
    this.sent.push(text);
    const status = this.answers(text);
    if (status !== undefined) this.#answer(scripted(text, status));
    else if (!this.drops(text)) this.#deliver(this.alters(text), this);
    return true;
  }
}

/** An answer to a request that nobody else answers. */
function scripted(request: string, status: number): string {
  const lines = request.split('\r\n').filter((line) => /^(Via|From|To|Call-ID|CSeq):/.test(line));
  const answer = lines.map((line) => (line.startsWith('To:') && !line.includes(';tag=') ? `${line};tag=s` : line));
  return [`SIP/2.0 ${status} Scripted`, ...answer, 'Content-Length: 0', '', ''].join('\r\n');
}

/** What a leg was told, in words. */
export class Recorder implements SessionHandler {
  readonly heard: string[] = [];
  /** What the peer gave as the reason of each end. */
  readonly reasons: string[] = [];
  session!: SipSession;
  progressed(status: number, sdp: string | undefined): void {
    this.heard.push(`progressed ${status} ${sdp ?? '-'}`);
  }
  answered(sdp: string | undefined): void {
    this.heard.push(`answered ${sdp ?? '-'}`);
  }
  failed(status: number, reason: string): void {
    this.heard.push(`failed ${status} ${reason}`);
  }
  ended(cause: string, given: GivenReason = {}): void {
    const why = Object.entries(given).map(([protocol, value]) => ` ${protocol} ${value}`);
    this.heard.push(`ended ${cause}`);
    this.reasons.push(why.join(''));
  }
  offered(sdp: string): void {
    this.heard.push(`offered ${sdp}`);
  }
  referred: SessionHandler['referred'] = () => ({ status: 501 });
  offerWithdrawn(): void {
    this.heard.push('offer withdrawn');
  }
  offerAnswered(status: number, sdp: string | undefined): void {
    this.heard.push(`offer answered ${status} ${sdp ?? '-'}`);
  }
}

export interface Side {
  readonly agent: SipUserAgent;
  readonly wire: Wire;
  readonly calls: { readonly invite: IncomingInvite; readonly leg: Recorder }[];
  readonly log: string[];
}

/** Two agents on one way, west calls east. A way that is broken can be mended: then it is opened anew. */
export function pair(
  transport: TransportName = 'udp',
  settings: readonly Partial<SipSettings>[] = [],
  waitedMs: (clock: Clock) => number = (clock) => clock.monotonic(),
) {
  const clock = new StandingClock();
  const sides: Side[] = [];
  const make = (host: string, peer: string, at: number): Side => {
    const calls: Side['calls'] = [];
    const log: string[] = [];
    const agent: SipUserAgent = new SipUserAgent({
      transport: () => ({
        listenPort: () => 5060,
        open: (_request: OpenRequest, opening: Opening) => {
          const { wire } = sides[at]!;
          if (wire.open) opening.opened(wire);
          else opening.failed({ code: 'connection-refused', reason: 'refused' });
        },
      }),
      clock,
      random: {
        bytes: (count) => Buffer.from(Array.from({ length: count }, (_, i) => (i * 7 + at * 31 + i / 251) & 255)),
      },
      log: (mnemonic, values) => void log.push(`${mnemonic} ${JSON.stringify(values)}`),
      settings: { ...sipDefaults, ...settings[at] },
      receiver: {
        invited: (invite) => {
          const leg = new Recorder();
          leg.session = invite.session;
          if (invite.settle({ tenant: invite.tenant })) calls.push({ invite, leg });
          return leg;
        },
      },
      screen: () => ({ admitted: true }),
      names: {
        addresses: (name) =>
          name === 'east.test' ? Promise.resolve([peer]) : Promise.reject(new Error('no such name')),
        services: async () => [],
        pointers: async () => [],
      },
      product: 'dialpeer',
      waitedMs: () => waitedMs(clock),
    });
    const wire = new Wire(transport, host, peer, clock, (text, flow) => sides[1 - at]!.agent.received(text, flow));
    return { agent, wire, calls, log };
  };
  sides.push(make('10.0.0.1', '10.0.0.2', 0), make('10.0.0.2', '10.0.0.1', 1));
  const [west, east] = [sides[0]!, sides[1]!];
  west.wire.other = east.wire;
  east.wire.other = west.wire;
  const caller = new Recorder();
  const call = (more: Partial<OutgoingInvite> = {}): Recorder => {
    caller.session = west.agent.invite(
      {
        target: { kind: 'ipv4', host: '10.0.0.2' },
        transport,
        scheme: 'sip',
        calling: '777',
        called: '9001',
        offer: () => 'offer',
        ...more,
      },
      caller,
    );
    return caller;
  };
  const breakWay = (): void => {
    west.wire.open = false;
    east.wire.open = false;
    west.agent.closed(west.wire, undefined, true);
    east.agent.closed(east.wire, undefined, true);
  };
  return { clock, west, east, call, breakWay };
}

/** Start lines of what one side sent. */
export const sent = (side: Side): string[] => side.wire.sent.map((text) => text.slice(0, text.indexOf('\r\n')));

/** After every story: nothing is left behind, once the longest timer has run. */
export function nothingIsLeft(t: ReturnType<typeof pair>): void {
  t.clock.advance(200_000);
  for (const { agent } of [t.west, t.east]) {
    const { sessionCount, transactionCount, isQuiet } = agent;
    if (sessionCount + transactionCount > 0 || !isQuiet) {
      throw new Error(`left: ${sessionCount} sessions, ${transactionCount} transactions`);
    }
  }
}

/** Rings and answers the call that arrived at east. */
export function answered(t: ReturnType<typeof pair>): { caller: Recorder; called: Recorder } {
  const caller = t.call();
  t.clock.advance(5);
  const called = t.east.calls[0]!.leg;
  called.session.progress(180);
  t.clock.advance(5);
  called.session.answer('answer');
  t.clock.advance(5);
  return { caller, called };
}

/** Values of a header in what one side sent, oldest first; only of messages whose start line begins so. */
export function headersSent(side: Side, start: string, name: string): string[] {
  return side.wire.sent
    .filter((text) => text.startsWith(start))
    .flatMap((text) => [...text.matchAll(new RegExp(`^${name}: (.*)\r$`, 'gim'))].map(([, value = '']) => value));
}
