/**
 * CPU of one basic call through the gateway's own code: user agent, both legs, SDP and RTP ports, between a scripted caller and a
 * scripted called party, without sockets. Also what is kept once the calls are over. The scripts' own share, some 15 us, is counted.
 * `node bench/call.ts [calls a round] [udp|tcp] [rounds]`.
 */
import { randomBytes } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { CallService } from '../src/call/index.ts';
import { commandReference, loadConfiguration } from '../src/commands/index.ts';
import type { Address, Clock, DatagramSocket, Timer } from '../src/io/index.ts';
import { NodeProcess } from '../src/io/node/process.ts';
import { SipUserAgent } from '../src/sip/agent/user-agent.ts';
import type { Flow } from '../src/sip/transport/index.ts';

const configuration = `voice service voip
 allow-connections sip to sip
 sip
  bind all source-interface Loopback0
interface Loopback0
 ip address 127.0.0.1 255.255.255.255
dial-peer voice 1 voip
 destination-pattern 9...
 session protocol sipv2
 session target ipv4:127.0.0.1:15080
 codec g711ulaw
sip-ua
 limit transactions 200000
 limit transactions per-source 200000
`;

const calls = Number(process.argv[2] ?? 10_000);
const transport = process.argv[3] === 'tcp' ? 'tcp' : 'udp';
const rounds = Number(process.argv[4] ?? 3);

/** A millisecond a call: a thousand calls a second. */
class BenchClock implements Clock {
  #now = 0;
  readonly #timers = new Set<{ readonly at: number; readonly fire: () => void }>();
  now = (): number => this.#now;
  monotonic = (): number => this.#now;
  after(delayMs: number, fire: () => void): Timer {
    const timer = { at: this.#now + delayMs, fire };
    this.#timers.add(timer);
    return { cancel: () => this.#timers.delete(timer) };
  }
  advance(): void {
    this.#now++;
    for (const timer of this.#timers) {
      if (timer.at > this.#now) continue;
      this.#timers.delete(timer);
      timer.fire();
    }
  }
}

const sent: { readonly to: Flow; readonly text: string }[] = [];

function flow(port: number): Flow {
  return {
    id: port,
    transport,
    local: { host: '127.0.0.1', port: 15060 },
    remote: { host: '127.0.0.1', port },
    reliable: transport === 'tcp',
    direction: 'in',
    provedName: undefined,
    provedNames: [],
    ownNames: [],
    aliasOffered: () => undefined,
    open: true,
    draining: false,
    tenant: 0,
    abort() {},
    keptAlive(): void {},
    echoed(): void {},
    carry() {},
    send(text) {
      sent.push({ to: this, text });
      return true;
    },
  };
}

const caller = flow(15090);
const called = flow(15080);
const clock = new BenchClock();
const random = { bytes: (count: number) => randomBytes(count) };
const { tree } = await loadConfiguration(configuration, { language: commandReference().language });
let freePort = 20_000;

const agent = new SipUserAgent({
  transport: () => ({ listenPort: () => 15060, open: (_request, opening) => opening.opened(called) }),
  clock,
  random,
  log: () => undefined,
  settings: tree.sip,
  receiver: { invited: (invite) => service.invited(invite) },
  screen: () => ({ admitted: true }),
  names: { addresses: async () => [], services: async () => [], pointers: async () => [] },
  product: 'dialpeer',
});
const network = {
  sourceAddress: () => Promise.resolve('127.0.0.1'),
  bindUdp: ({ host }: Address): Promise<DatagramSocket> =>
    Promise.resolve({ local: { host, port: freePort++ }, send: () => undefined, close: () => undefined }),
};
const service = new CallService({ userAgent: agent, network, clock, random, process: new NodeProcess() }, tree);
service.start();
await turn();

const sdp = [
  'v=0',
  'o=user1 53655765 2353687637 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 6000 RTP/AVP 0',
  'a=rtpmap:0 PCMU/8000',
  '',
].join('\r\n');
const via = `SIP/2.0/${transport.toUpperCase()}`;

/** A line of a message, name included. */
function line(text: string, name: string): string {
  const start = text.indexOf(`\r\n${name}:`) + 2;
  return text.slice(start, text.indexOf('\r\n', start));
}

function content(body: string): string {
  return `${body === '' ? '' : 'Content-Type: application/sdp\r\n'}Content-Length: ${body.length}\r\n\r\n${body}`;
}

function request(call: number, method: string, sequence: number, to: string, body = ''): void {
  const head =
    `${method} sip:9001@127.0.0.1:15060 SIP/2.0\r\n` +
    `Via: ${via} 127.0.0.1:15090;branch=z9hG4bK-1-${call}-${method}\r\n` +
    `From: bench <sip:bench@127.0.0.1:15090>;tag=caller${call}\r\n${to}\r\n` +
    `Call-ID: ${call}-1@127.0.0.1\r\nCSeq: ${sequence} ${method}\r\n` +
    'Contact: sip:bench@127.0.0.1:15090\r\nMax-Forwards: 70\r\nSubject: Performance Test\r\n';
  agent.received(head + content(body), caller);
}

function respond(asked: string, call: number, status: string, body = ''): void {
  const to = line(asked, 'To');
  const copied = ['Via', 'From'].map((name) => line(asked, name)).join('\r\n');
  const tag = to.includes(';tag=') ? '' : `;tag=called${call}`;
  const rest = `${line(asked, 'Call-ID')}\r\n${line(asked, 'CSeq')}\r\nContact: <sip:127.0.0.1:15080;transport=${transport}>`;
  agent.received(`SIP/2.0 ${status}\r\n${copied}\r\n${to}${tag}\r\n${rest}\r\n${content(body)}`, called);
}

/** Both parties act on what reaches them until nothing more does. Returns whether the call went through to the end. */
function call(number: number): boolean {
  let ended = false;
  request(number, 'INVITE', 1, 'To: 9001 <sip:9001@127.0.0.1:15060>', sdp);
  for (let next = sent.shift(); next !== undefined; next = sent.shift()) {
    const { to, text } = next;
    if (to === caller) {
      if (!text.startsWith('SIP/2.0 200') || line(text, 'CSeq') !== 'CSeq: 1 INVITE') continue;
      request(number, 'ACK', 1, line(text, 'To'));
      request(number, 'BYE', 2, line(text, 'To'));
    } else if (text.startsWith('INVITE')) {
      respond(text, number, '180 Ringing');
      respond(text, number, '200 OK', sdp);
    } else if (text.startsWith('BYE')) {
      respond(text, number, '200 OK');
      ended = true;
    }
  }
  return ended;
}

for (let round = 0; round < rounds; round++) {
  const before = process.cpuUsage();
  let completed = 0;
  for (let i = 0; i < calls; i++) {
    if (call(round * calls + i)) completed++;
    clock.advance();
    if (i % 200 === 0) await turn();
  }
  const { user, system } = process.cpuUsage(before);
  globalThis.gc?.();
  const kept = agent.transactionCount;
  const heap = (process.memoryUsage().heapUsed / 1e6).toFixed(0);
  console.log(
    `${transport} ${completed} calls, ${((user + system) / completed).toFixed(1)} us each; ${kept} transactions, ${heap} MB`,
  );
}
service.stop();
agent.close();
