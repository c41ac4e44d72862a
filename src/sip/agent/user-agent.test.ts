import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock, Timer } from '../../io/index.ts';
import type { IncomingInvite, OutgoingInvite, SessionHandler, SipSession } from '../session.ts';
import { sipDefaults, type TransportName } from '../settings.ts';
import type { Flow, Opening, OpenRequest } from '../transport/index.ts';
import { SipUserAgent } from './user-agent.ts';

/** A clock that stands until it is moved. */
class StandingClock implements Clock {
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
class Wire implements Flow {
  readonly id = 1;
  readonly direction = 'out';
  readonly transport: TransportName;
  readonly local;
  readonly remote;
  readonly provedName = undefined;
  readonly draining = false;
  readonly sent: string[] = [];
  open = true;
  other!: Wire;
  readonly #deliver: (text: string, flow: Flow) => void;
  /** What to drop: loss on the way. */
  drops: (text: string) => boolean = () => false;

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
  }
  get reliable(): boolean {
    return this.transport !== 'udp';
  }
  readonly aborted: string[] = [];
  abort(reason: string): void {
    this.aborted.push(reason);
  }
  send(text: string): boolean {
    if (!this.open) return false;
    this.sent.push(text);
    if (!this.drops(text)) this.#deliver(text, this);
    return true;
  }
}

/** What a leg was told, in words. */
class Recorder implements SessionHandler {
  readonly heard: string[] = [];
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
  ended(cause: string): void {
    this.heard.push(`ended ${cause}`);
  }
  offered(sdp: string): void {
    this.heard.push(`offered ${sdp}`);
  }
  offerAnswered(status: number, sdp: string | undefined): void {
    this.heard.push(`offer answered ${status} ${sdp ?? '-'}`);
  }
}

interface Side {
  readonly agent: SipUserAgent;
  readonly wire: Wire;
  readonly calls: { readonly invite: IncomingInvite; readonly leg: Recorder }[];
  readonly log: string[];
}

/** Two agents on one way, west calls east; `reopens` decides whether a closed way can be opened anew. */
function pair(transport: TransportName = 'udp') {
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
      settings: sipDefaults,
      receiver: {
        invited: (invite) => {
          const leg = new Recorder();
          leg.session = invite.session;
          calls.push({ invite, leg });
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
const sent = (side: Side): string[] => side.wire.sent.map((text) => text.slice(0, text.indexOf('\r\n')));

/** After every story: nothing is left behind, once the longest timer has run. */
function nothingIsLeft(t: ReturnType<typeof pair>): void {
  t.clock.advance(200_000);
  for (const side of [t.west, t.east]) {
    assert.equal(side.agent.sessionCount, 0, 'sessions');
    assert.equal(side.agent.transactionCount, 0, 'transactions');
    assert.equal(side.agent.isQuiet, true, 'requests under way');
  }
}

/** Rings and answers the call that arrived at east. */
function answered(t: ReturnType<typeof pair>): { caller: Recorder; called: Recorder } {
  const caller = t.call();
  t.clock.advance(5);
  const called = t.east.calls[0]!.leg;
  called.session.progress(180);
  t.clock.advance(5);
  called.session.answer('answer');
  t.clock.advance(5);
  return { caller, called };
}

for (const transport of ['udp', 'tcp', 'tls'] as const) {
  test(`a call over ${transport} rings, is answered and is ended by the caller`, () => {
    const t = pair(transport);
    const { caller, called } = answered(t);
    assert.deepEqual(caller.heard, ['progressed 180 -', 'answered answer']);
    assert.equal(t.east.calls[0]!.invite.sdp, 'offer');
    assert.equal(t.east.calls[0]!.invite.calling, '777');
    assert.equal(t.east.calls[0]!.invite.called, '9001');
    assert.equal(called.session.state, 'confirmed');
    caller.session.release();
    t.clock.advance(5);
    assert.deepEqual(called.heard, ['ended bye']);
    assert.deepEqual(sent(t.west), [
      `INVITE sip:9001@10.0.0.2:${transport === 'tls' ? '5061' : '5060'} SIP/2.0`,
      `ACK sip:9001@10.0.0.2:5060${transport === 'udp' ? '' : `;transport=${transport}`} SIP/2.0`,
      `BYE sip:9001@10.0.0.2:5060${transport === 'udp' ? '' : `;transport=${transport}`} SIP/2.0`,
    ]);
    assert.deepEqual(sent(t.east), ['SIP/2.0 100 Trying', 'SIP/2.0 180 Ringing', 'SIP/2.0 200 OK', 'SIP/2.0 200 OK']);
    nothingIsLeft(t);
  });
}

for (const isOver of [false, true]) {
  const when = isOver ? 'after the call is over' : 'during the call';
  test(`a 2xx that comes again ${when} is acknowledged again, one of another branch also ended`, () => {
    const t = pair('tcp');
    const { caller } = answered(t);
    if (isOver) caller.session.release();
    t.clock.advance(5);
    const ok = t.east.wire.sent.find((text) => text.startsWith('SIP/2.0 200') && text.includes('INVITE'))!;
    const before = t.west.wire.sent.length;
    t.west.agent.received(ok, t.west.wire);
    t.west.agent.received(ok.replace(/^(To: .*;tag=).*\r$/m, '$1another\r'), t.west.wire);
    const late = t.west.wire.sent.slice(before);
    assert.deepEqual(
      late.map((text) => [text.split(' ')[0], text.includes(';tag=another')]),
      [
        ['ACK', false],
        ['ACK', true],
        ['BYE', true],
      ],
    );
    caller.session.release();
    nothingIsLeft(t);
  });
}

test('the called side may end the call', () => {
  const t = pair('tcp');
  const { caller, called } = answered(t);
  called.session.release();
  t.clock.advance(5);
  assert.deepEqual(caller.heard.at(-1), 'ended bye');
  nothingIsLeft(t);
});

test('a refusal carries its status to the caller and is acknowledged', () => {
  const t = pair();
  const caller = t.call();
  t.clock.advance(5);
  t.east.calls[0]!.leg.session.release(486);
  t.clock.advance(5);
  assert.deepEqual(caller.heard, ['failed 486 Busy Here']);
  assert.ok(sent(t.west).includes('ACK sip:9001@10.0.0.2:5060 SIP/2.0'));
  nothingIsLeft(t);
});

test('a caller who hangs up while it rings sends CANCEL, and both legs end once', () => {
  const t = pair();
  const caller = t.call();
  t.clock.advance(5);
  const called = t.east.calls[0]!.leg;
  called.session.progress(180);
  t.clock.advance(5);
  caller.session.release();
  t.clock.advance(5);
  assert.deepEqual(called.heard, ['ended cancelled']);
  assert.equal(caller.heard.at(-1)?.startsWith('failed 487'), true);
  nothingIsLeft(t);
});

test('a CANCEL that crosses the answer ends the call with BYE', () => {
  const t = pair();
  const caller = t.call();
  t.clock.advance(5);
  const called = t.east.calls[0]!.leg;
  called.session.progress(180);
  t.clock.advance(5);
  called.session.answer('answer');
  caller.session.release();
  t.clock.advance(10);
  assert.deepEqual(called.heard, ['ended bye']);
  assert.equal(caller.heard.at(-1)?.startsWith('failed 487'), true);
  nothingIsLeft(t);
});

test('an INVITE that nobody answers is sent seven times and fails with 408', () => {
  const t = pair();
  t.west.wire.drops = () => true;
  const caller = t.call();
  t.clock.advance(40_000);
  assert.equal(sent(t.west).length, 7);
  assert.deepEqual(caller.heard, ['failed 408 Request Timeout']);
  nothingIsLeft(t);
});

test('a lost 200 is repeated until its ACK arrives', () => {
  const t = pair();
  let losses = 2;
  t.east.wire.drops = (text) => text.includes('INVITE') && text.startsWith('SIP/2.0 200') && losses-- > 0;
  const caller = t.call();
  t.clock.advance(5);
  const called = t.east.calls[0]!.leg;
  called.session.answer('answer');
  t.clock.advance(3000);
  assert.deepEqual(caller.heard, ['answered answer']);
  assert.equal(called.session.state, 'confirmed');
  caller.session.release();
  nothingIsLeft(t);
});

test('an answer that is never acknowledged ends the call with BYE', () => {
  const t = pair();
  t.west.wire.drops = (text) => text.startsWith('ACK');
  const { called } = answered(t);
  t.clock.advance(40_000);
  assert.deepEqual(called.heard, ['ended no-ack']);
  assert.ok(sent(t.east).some((line) => line.startsWith('BYE')));
  nothingIsLeft(t);
});

test('a call whose connection breaks and cannot be opened again is lost on both sides', () => {
  const t = pair('tls');
  const { caller, called } = answered(t);
  t.breakWay();
  t.clock.advance(5);
  assert.equal(caller.heard.at(-1), 'ended lost');
  assert.equal(called.heard.at(-1), 'ended lost');
  assert.ok(t.west.log[0]?.startsWith('CALL_LOST'));
  nothingIsLeft(t);
});

test('a call that is not yet answered fails with 503 when its connection breaks', () => {
  const t = pair('tcp');
  const caller = t.call();
  t.clock.advance(5);
  t.breakWay();
  t.clock.advance(5);
  assert.deepEqual(caller.heard, ['failed 503 Connection lost']);
  assert.deepEqual(t.east.calls[0]!.leg.heard, ['ended lost']);
  nothingIsLeft(t);
});

test('a call to a place that cannot be reached fails with 503, and not before invite returns', () => {
  const t = pair('tcp');
  t.west.wire.open = false;
  const caller = t.call();
  assert.deepEqual(caller.heard, []);
  t.clock.advance(5);
  assert.deepEqual(caller.heard, ['failed 503 refused']);
  nothingIsLeft(t);
});

/** Promises of names settle; no time passes. */
async function answersCame(): Promise<void> {
  for (let turn = 0; turn < 32; turn++) await undefined;
}

test('a name is resolved, and an unknown one fails with 503', async () => {
  const t = pair('tcp');
  const caller = t.call({ target: { kind: 'dns', host: 'nowhere.test' } });
  await answersCame();
  t.clock.advance(5);
  assert.deepEqual(caller.heard, ['failed 503 no such name']);
  nothingIsLeft(t);
});

test('a later offer is answered by the other side, acknowledged, and may be refused', () => {
  const t = pair('tcp');
  const { caller, called } = answered(t);
  caller.session.offer('hold');
  t.clock.advance(5);
  assert.deepEqual(called.heard, ['offered hold']);
  called.session.answerOffer('held');
  t.clock.advance(5);
  assert.equal(caller.heard.at(-1), 'offer answered 200 held');
  called.session.offer('again');
  t.clock.advance(5);
  caller.session.refuseOffer(488);
  t.clock.advance(5);
  assert.equal(called.heard.at(-1), 'offer answered 488 -');
  caller.session.release();
  nothingIsLeft(t);
});

test('offers that cross are both refused with 491', () => {
  const t = pair('tcp');
  const { caller, called } = answered(t);
  caller.session.offer('mine');
  called.session.offer('yours');
  t.clock.advance(5);
  assert.equal(caller.heard.at(-1), 'offer answered 491 -');
  assert.equal(called.heard.at(-1), 'offer answered 491 -');
  caller.session.release();
  nothingIsLeft(t);
});

test('a sips call leaves over TLS whatever is configured, and says so', () => {
  const t = pair('udp');
  const caller = t.call({ scheme: 'sips' });
  assert.equal(caller.session.transport, 'tls');
  assert.ok(t.west.log[0]?.startsWith('SIPS_OVER_TLS'));
  caller.session.release();
  t.clock.advance(60_000);
});

/** Requests from elsewhere, and the first line of the answer. */
const raw = (method: string, more: readonly string[] = [], uri = 'sip:9001@10.0.0.2'): string =>
  [
    `${method} ${uri} SIP/2.0`,
    'Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKraw1',
    'Max-Forwards: 70',
    'From: <sip:777@10.0.0.1>;tag=f1',
    more.some((line) => line.startsWith('To:')) ? '' : 'To: <sip:9001@10.0.0.2>',
    'Call-ID: raw-1',
    `CSeq: 1 ${method}`,
    ...more,
    'Content-Length: 0',
    '',
    '',
  ]
    .filter((line, i, all) => line !== '' || i >= all.length - 2)
    .join('\r\n');

const verdicts: readonly (readonly [title: string, text: string, status: string])[] = [
  ['OPTIONS outside a dialog', raw('OPTIONS'), '200'],
  ['OPTIONS in a dialog that is not', raw('OPTIONS', ['To: <sip:9001@10.0.0.2>;tag=none']), '481'],
  ['BYE without a dialog', raw('BYE', ['To: <sip:9001@10.0.0.2>;tag=none']), '481'],
  ['CANCEL of nothing', raw('CANCEL'), '481'],
  ['a method we do not know', raw('SUBSCRIBE'), '405'],
  ['an extension we do not know', raw('OPTIONS', ['Require: telepathy']), '420'],
  ['a scheme we do not know', raw('OPTIONS', [], 'fax:9001@10.0.0.2'), '416'],
  [
    'a body that is no session description',
    raw('INVITE', ['Content-Type: text/plain']).replace('Content-Length: 0\r\n\r\n', 'Content-Length: 2\r\n\r\nhi'),
    '415',
  ],
  ['an INVITE without Contact', raw('INVITE'), '400'],
];
for (const [title, text, status] of verdicts) {
  test(`${title} is answered ${status}`, () => {
    const t = pair();
    t.east.agent.received(text, t.east.wire);
    assert.equal(sent(t.east)[0]?.slice(8, 11), status);
    nothingIsLeft(t);
  });
}

test('a request that came twice by different ways is answered 482', () => {
  const t = pair();
  t.east.agent.received(raw('OPTIONS'), t.east.wire);
  t.east.agent.received(raw('OPTIONS').replace('z9hG4bKraw1', 'z9hG4bKraw2'), t.east.wire);
  assert.deepEqual(
    sent(t.east).map((line) => line.slice(8, 11)),
    ['200', '482'],
  );
  nothingIsLeft(t);
});

test('a message that cannot even be answered ends the stream it came on', () => {
  const t = pair('tcp');
  t.east.agent.received('INVITE sip:9001@10.0.0.2 SIP/2.0\r\nContent-Length: 0\r\n\r\n', t.east.wire);
  assert.deepEqual(sent(t.east), []);
  assert.deepEqual(t.east.wire.aborted, ['Missing Via: it cannot be answered']);
  nothingIsLeft(t);
});

test('a fault while a named target is called fails that call and nothing else', async () => {
  const t = pair('tcp');
  const caller = t.call({
    target: { kind: 'dns', host: 'east.test' },
    offer: () => {
      throw new Error('no offer');
    },
  });
  await answersCame();
  t.clock.advance(5);
  assert.deepEqual(caller.heard, ['failed 503 no offer']);
  nothingIsLeft(t);
});
