import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Stream } from '../../src/io/index.ts';
import type { SimulatedHost } from '../../src/io/memory/index.ts';
import { type LimitName, limitTable } from '../../src/sip/settings.ts';
import { sipToSip, telephones, voip } from './configurations.ts';
import { importIdentity, storyAuthority, storyCertificate } from './identity.ts';
import { type Router, type Scene, story } from './scene.ts';

const gateway = '10.0.0.1';
const stranger = '10.0.0.67';

/** Somebody who sends what he likes, and remembers what comes back. */
class Sender {
  readonly #scene: Scene;
  readonly #host: SimulatedHost;
  #count = 0;
  #heard: string[] = [];
  #send: (text: string) => void = () => undefined;
  #undo: (() => void)[] = [];

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#host = scene.world.host([stranger]);
  }

  async open(): Promise<void> {
    const received = (data: Buffer): void => void this.#heard.push(data.toString('latin1'));
    const own = { host: stranger, port: 5060 };
    const socket = await this.#host.network.bindUdp(own, { received, failed: () => undefined });
    this.#send = (text) => socket.send(text, { host: gateway, port: 5060 });
  }

  /** What so many requests are answered at last, over UDP: the status, and Retry-After where there is one. */
  async asks(make: (branch: string) => string, times = 1): Promise<string> {
    for (let i = 0; i < times; i++) {
      this.#heard = [];
      const text = make(`z9hG4bK${++this.#count}`);
      this.#send(text);
      await this.#scene.pass(20);
      if (!text.startsWith('INVITE')) continue;
      const cancel = text.replace('INVITE sip:', 'CANCEL sip:').replace('1 INVITE', '1 CANCEL');
      this.#undo.push(() => this.#send(cancel));
    }
    const answer = this.#heard.find((text) => !text.startsWith('SIP/2.0 100')) ?? '';
    const seconds = /\r\nRetry-After: \d+\r\n/.test(answer) ? ' with Retry-After' : '';
    return `${answer.slice(8, 11)}${seconds}`;
  }

  /** What becomes of the last of so many connections that say this. */
  async connects(port: number, times: number, says = ''): Promise<string> {
    let last: { readonly stream: Stream; isClosed: boolean } | undefined;
    for (let i = 0; i < times; i++) {
      const stream = await this.#scene.during(
        this.#host.network.connectTcp({ host: gateway, port }, { timeoutMs: 1000 }),
      );
      const one = { stream, isClosed: false };
      stream.start({
        received: () => undefined,
        closed: () => {
          one.isClosed = true;
        },
      });
      if (says !== '') stream.write(says);
      this.#undo.push(() => stream.destroy());
      last = one;
    }
    await this.#scene.pass(50);
    return last?.isClosed === true ? 'closed' : 'open';
  }

  /** Lets go of everything, and waits until it is forgotten. */
  async leaves(): Promise<void> {
    for (const undo of this.#undo.splice(0)) undo();
    await this.#scene.pass(70_000);
  }
}

const uri = 'sip:777@10.0.0.1';

function request(method: string, to: string, branch: string, headers: readonly string[] = [], body = ''): string {
  return [
    `${method} ${to} SIP/2.0`,
    `Via: SIP/2.0/UDP ${stranger}:5060;branch=${branch}`,
    `From: <sip:x@h>;tag=${branch}`,
    'To: <sip:777@10.0.0.1>',
    `Call-ID: ${branch}@h`,
    `CSeq: 1 ${method}`,
    `Contact: <sip:x@${stranger}>`,
    ...headers,
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
}

const options =
  (headers: readonly string[] = [], body = '', to = uri) =>
  (branch: string): string =>
    request('OPTIONS', to, branch, headers, body);
const invite = (branch: string): string => request('INVITE', 'sip:9@10.0.0.1', branch);
const sentences = (count: number) => Array.from({ length: count }, (_, i) => `X-${i}: y`);
const vias = Array.from({ length: 6 }, (_, i) => `Via: SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bKv${i}`);

interface Crossing {
  /** Beside the bound itself, or in its place. */
  readonly lines?: readonly string[];
  readonly to: number;
  readonly cross: (sender: Sender) => Promise<string>;
  readonly answer: '413' | '414' | '513' | '503 with Retry-After' | 'closed';
}

const refused = '503 with Retry-After';
const connections = (times: number, port = 5060) => ({
  cross: (sender: Sender) => sender.connects(port, times),
  answer: 'closed' as const,
});

/** Those that tell strangers from peers, or one source from another, are crossed in `sip/transport/shedding.test.ts`. */
const elsewhere = ['message body strangers', 'unfinished-bytes', 'unfinished-bytes per-source'] as const;

const crossings: Readonly<Record<Exclude<LimitName, (typeof elsewhere)[number]>, Crossing>> = {
  'message body': { to: 1024, cross: (sender) => sender.asks(options([], 'v'.repeat(1100))), answer: '413' },
  'message uri': {
    to: 64,
    cross: (sender) => sender.asks(options([], '', `${uri};x=${'y'.repeat(90)}`)),
    answer: '414',
  },
  'message line': { to: 256, cross: (sender) => sender.asks(options([`X: ${'y'.repeat(300)}`])), answer: '513' },
  'message headers': { to: 16, cross: (sender) => sender.asks(options(sentences(20))), answer: '513' },
  'message via': { to: 4, cross: (sender) => sender.asks(options(vias)), answer: '513' },
  'message token': { to: 64, cross: (sender) => sender.asks(options([`${'X'.repeat(65)}: y`])), answer: '513' },
  'message head': {
    to: 2048,
    cross: (sender) => sender.connects(5060, 1, `OPTIONS ${uri} SIP/2.0\r\nX: ${'y'.repeat(3000)}`),
    answer: 'closed',
  },
  calls: { to: 1, cross: (sender) => sender.asks(invite, 2), answer: refused },
  'calls per-source': { to: 1, cross: (sender) => sender.asks(invite, 2), answer: refused },
  transactions: { to: 100, cross: (sender) => sender.asks(options(), 101), answer: refused },
  'transactions per-source': { to: 10, cross: (sender) => sender.asks(options(), 11), answer: refused },
  connections: { to: 1, ...connections(2) },
  'connections per-source': { to: 1, ...connections(2) },
  handshakes: { to: 1, ...connections(2, 5061) },
  'handshakes per-source': { to: 1, ...connections(2, 5061) },
  'connection-rate': { to: 1, lines: ['limit connection-rate burst 1'], ...connections(3) },
  'connection-rate burst': { to: 3, lines: ['limit connection-rate 1'], ...connections(4) },
  'connection-rate per-source': { to: 1, lines: ['limit connection-rate per-source burst 1'], ...connections(3) },
  'connection-rate per-source burst': { to: 3, lines: ['limit connection-rate per-source 1'], ...connections(4) },
};

/** What a telephone that may call hears when it does. */
async function valid(scene: Scene, transport: 'udp' | 'tcp'): Promise<string | undefined> {
  const phone = await scene.phone('10.0.0.3', { transport });
  await scene.during(phone.call('777', gateway));
  await scene.pass(3000);
  const last = phone.heard.at(-1);
  phone.hangUp();
  await scene.pass(1000);
  return last;
}

/** How often somebody was refused for what he made the gateway hold or do. */
function refusals(router: Router): number {
  const { held, arrivals } = router.gateway.world.sip.overload();
  return held.reduce((sum, row) => sum + row.refused, arrivals.refused);
}

suite('every bound that limit knows', () => {
  for (const [name, { to, lines = [], cross, answer }] of Object.entries(crossings)) {
    test(
      `limit ${name}: whoever crosses it hears ${answer}, without it nobody does, and a valid call goes through afterwards`,
      story(async (scene) => {
        const lab = storyAuthority('lab-ca');
        const router = await scene.router(gateway, `${sipToSip}${telephones}${voip(10, '9', '10.0.0.2')}`);
        await importIdentity(router, 'lab', storyCertificate(lab, 'gw', { ipAddresses: [gateway] }), lab);
        await router.configure('sip-ua', 'crypto signaling default trustpoint lab');
        await scene.phone('10.0.0.2', { takes: 'ring' });
        const sender = new Sender(scene);
        await sender.open();
        assert.notEqual(await cross(sender), answer);
        await sender.leaves();
        await router.configure('sip-ua', `limit ${name} ${to}`, ...lines);
        assert.equal(await cross(sender), answer);
        await sender.leaves();
        assert.equal(refusals(router) > 0, !name.startsWith('message'));
        const reasons = router.logged('CONNECTION_REFUSED').join();
        assert.equal(/of this source/.test(reasons), /^connection.*per-source/.test(name), reasons);
        assert.equal(await valid(scene, answer === 'closed' ? 'tcp' : 'udp'), '200 INVITE');
        await router.configure('sip-ua', `no limit ${name}`, ...lines.map((line) => `no ${line.replace(/ \d+$/, '')}`));
        assert.notEqual(await cross(sender), answer);
        await sender.leaves();
      }),
    );
  }

  test('is crossed here', () => {
    assert.deepEqual([...Object.keys(crossings), ...elsewhere].sort(), Object.keys(limitTable).sort());
  });
});
