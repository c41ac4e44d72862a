import assert from 'node:assert/strict';
import { neighbours, voip } from '../stories/configurations.ts';
import { Guard } from '../stories/guard.ts';
import { credentialsOf, importIdentity, storyAuthority, storyCertificate } from '../stories/identity.ts';
import type { Heard, Phone } from '../stories/phone.ts';
import { Registrar } from '../stories/registrar.ts';
import { ages, type Router, Scene } from '../stories/scene.ts';
import { Dice } from '../torture/dice.ts';

/** What one seed did, for whoever wants to know that it did anything. */
export interface Outcome {
  readonly attempted: number;
  readonly connected: number;
  /** Handshakes in which somebody proved another name than was asked for. */
  readonly impostures: number;
  /** Handshakes that resumed a session. */
  readonly resumed: number;
  /** Changes of a call that one phone asked for and another heard. */
  readonly holds: number;
  /** Times a gateway was killed and booted again. */
  readonly crashes: number;
  /** Registrations that a registrar took. */
  readonly registrations: number;
  /** Calls that reached `voice.test`; of them on connections that it had made itself. */
  readonly overTls: number;
  readonly calledBack: number;
  /** Calls of those who only pretended to be `voice.test`. */
  readonly pretended: number;
  readonly events: readonly string[];
}

const west = '10.0.0.1';
const east = '10.0.0.2';
const udpPhone = '10.0.0.3';
const tcpPhone = '10.0.0.4';
/** Of `voice.test`, over TLS; the impostor has a certificate of the same authority for another name. */
const tlsPhone = '10.0.0.5';
const impostor = '10.0.0.6';
/** Where west registers its number, in one seed of so many. */
const registrarPhone = '10.0.0.7';
const registrarShare = 4;
/** Of its telephones, and of its credentials. */
const numbersOfWest = ['11', '12', '5001'];
const places = [west, east, udpPhone, tcpPhone];
/** One seed in so many has TLS in it. */
const tlsShare = 4;
/** How long things happen, and how many of them. */
const lifeMs = 120_000;
const eventsAtMost = 36;

/** Keys are made once: how they come to be is no part of what is simulated. */
const authority = storyAuthority('lab');
const ownIdentity = storyCertificate(authority, 'west', { dnsNames: ['west.test'] });
const credentials = {
  true: credentialsOf(storyCertificate(authority, 'voice', { dnsNames: ['voice.test'] }), authority),
  false: credentialsOf(storyCertificate(authority, 'other', { dnsNames: ['other.test'] }), authority),
};

/** Two gateways and two telephones; what happens to them, and when, hangs on the seed alone. */
export async function simulate(seed: number): Promise<Outcome> {
  const simulation = new Simulation(seed);
  try {
    return await simulation.run();
  } catch (error) {
    const story = simulation.events.join('\n  ');
    throw new Error(`seed ${seed} fails: ${error instanceof Error ? error.message : String(error)}\n  ${story}`, {
      cause: error,
    });
  }
}

function isHold({ method, status, body }: Heard): boolean {
  return (method === 'INVITE' || method === 'UPDATE') && status === 0 && /^a=(sendonly|inactive)/m.test(body);
}

class Simulation {
  readonly events: string[] = [];
  readonly #dice: Dice;
  readonly #scene: Scene;
  readonly #calls: Promise<unknown>[] = [];
  #west!: Router;
  #east!: Router;
  #phones: Phone[] = [];
  /** Those who only pretend to be `voice.test`. */
  readonly #impostors: Phone[] = [];
  /** Those that died too. */
  readonly #everyPhone: Phone[] = [];
  /** Who is at its address now. */
  #atTls: Phone | undefined;
  #voice: Phone | undefined;
  readonly #voices: Phone[] = [];
  #registrar: Registrar | undefined;
  #guard: Guard | undefined;
  #crashes = 0;
  /** Of gateways that were killed. */
  readonly #earlier = { attempted: 0, connected: 0 };
  /** Timers of gateways that nobody has used yet. */
  #idleTimers = 0;

  /** What the wall clock said at first. */
  readonly #epoch: number;

  constructor(seed: number) {
    this.#dice = new Dice(seed);
    this.#scene = new Scene(seed);
    this.#epoch = this.#scene.world.clock.epoch;
  }

  async run(): Promise<Outcome> {
    await this.#open();
    const times = Array.from({ length: this.#dice.between(5, eventsAtMost) }, () => this.#dice.roll(lifeMs));
    let now = 0;
    for (const at of times.toSorted((a, b) => a - b)) {
      await this.#scene.pass(at - now);
      now = at;
      await this.#happen(at);
    }
    await this.#scene.pass(lifeMs - now);
    await this.#calmDown();
    this.#assertClean();
    const { attempted, connected } = this.#counted();
    const impostures = this.#west.gateway.world.sip.failures().filter(({ rule }) => rule === 'name').length;
    const { client = 0, server = 0 } = this.#west.gateway.world.sip.connections('tls').resumed ?? {};
    const overTls = this.#voice?.count('INVITE') ?? 0;
    const calledBack = this.#voices.reduce((sum, one) => sum + one.calledBack, 0);
    const pretended = this.#impostors.reduce((sum, one) => sum + one.count('100 INVITE'), 0);
    await this.#scene.close();
    const registrations = this.#registrar?.heard.filter(({ expires }) => expires > 0).length ?? 0;
    if (this.#registrar !== undefined)
      assert.deepEqual([...this.#registrar.bindings.keys()], [], 'a number stays registered');
    const crashes = this.#crashes;
    const holds = this.#everyPhone.reduce((sum, { messages }) => sum + messages.filter(isHold).length, 0);
    const resumed = client + server;
    const tls = { impostures, resumed, overTls, calledBack, pretended };
    return { attempted, connected, ...tls, holds, crashes, registrations, events: this.events };
  }

  async #open(): Promise<void> {
    const dice = this.#dice;
    const scene = this.#scene;
    const transport = dice.pick(['udp', 'tcp']);
    const gateway = (own: string, other: string): string =>
      `${neighbours} allow-connections sip to sip
voice-port 0/3/0
 device ${dice.pick(['answer', 'answer', 'no-answer', 'busy'])}
voice-port 0/3/1
 device answer
dial-peer voice 1 pots
 destination-pattern ${own}1
 port 0/3/1
dial-peer voice 2 pots
 destination-pattern ${own}2
 port 0/3/0
${voip(10, `${other === west ? 1 : 2}.`, other, `session transport ${transport}`)}${voip(11, '3', udpPhone)}${voip(12, '4', tcpPhone, 'session transport tcp')}${voip(13, '5', dice.pick(places), 'session transport tcp')}${voip(14, '5', udpPhone, 'preference 1')}${other === east ? voip(15, '6', tlsPhone, 'session transport tcp tls').replace(`ipv4:${tlsPhone}`, 'dns:voice.test:5061') : ''}sip-ua
 retry invite ${dice.between(1, 6)}
 retry bye ${dice.between(1, 10)}
voice service voip
 sip
  min-se 90 session-expires 90
  rel1xx ${dice.pick(['supported 100rel', 'supported 100rel', 'require 100rel', 'disable'])}
`;
    this.#west = await scene.router(west, gateway('1', east));
    this.#east = await scene.router(east, gateway('2', west));
    this.#phones = [
      await scene.phone(udpPhone, { takes: dice.pick([200, 200, 'ring', 486, 503, 'ignore']), ...this.#abilities() }),
      await scene.phone(tcpPhone, {
        transport: 'tcp',
        takes: dice.pick([200, 200, 'ring', 486, 503]),
        ...this.#abilities(),
      }),
    ];
    if (this.#dice.roll(tlsShare) === 0) await this.#openTls();
    if (this.#dice.roll(registrarShare) === 0) await this.#openRegistrar();
    this.#everyPhone.push(...this.#phones);
    for (const router of this.#routers) await router.type('write memory');
    await scene.pass(1000);
    this.#idleTimers = this.#timers;
  }

  /** Some telephones know session timers, some UPDATE, some neither. */
  #abilities(): { readonly headers: readonly string[] } {
    const allow = 'Allow: INVITE, ACK, BYE, CANCEL, OPTIONS';
    return {
      headers: this.#dice.pick([
        [],
        [allow, 'Supported: timer'],
        [`${allow}, UPDATE`, 'Supported: timer'],
        [`${allow}, UPDATE`],
      ]),
    };
  }

  async #openTls(): Promise<void> {
    const scene = this.#scene;
    await importIdentity(this.#west, 'lab', ownIdentity, authority);
    await this.#west.configure(
      'crypto pki trustpoint lab',
      'revocation-check none',
      'exit',
      'sip-ua',
      'crypto signaling default trustpoint lab',
    );
    scene.world.names.set('voice.test', [tlsPhone]);
    this.#voice = await scene.phone(tlsPhone, {
      transport: 'tls',
      credentials: credentials.true,
      alias: 'voice.test',
      ...this.#abilities(),
    });
    this.#voices.push(this.#voice);
    this.#atTls = this.#voice;
    const pretends = { transport: 'tls', credentials: credentials.false, alias: 'voice.test' } as const;
    this.#impostors.push(await scene.phone(impostor, pretends));
    this.#phones.push(this.#voice);
  }

  /** Its own telephone: it takes no calls, and is nobody's to be killed. */
  async #openRegistrar(): Promise<void> {
    const { world } = this.#scene;
    const transport = this.#dice.pick(['udp', 'tcp'] as const);
    this.#registrar = new Registrar(() => world.clock.monotonic());
    this.#guard = new Guard('r', 'REGISTER');
    await this.#scene.phone(registrarPhone, { transport, registrar: this.#registrar, guard: this.#guard });
    await this.#west.configure(
      'sip-ua',
      'authentication username alice password opensesame',
      'credentials number 5001 username alice password opensesame realm r',
      `registrar ipv4:${registrarPhone} expires 120${transport === 'tcp' ? ' tcp' : ''}`,
    );
  }

  /** Pending timers of both gateways. */
  get #timers(): number {
    return this.#routers.reduce((sum, { host }) => sum + host.clock.pending, 0);
  }

  get #routers(): readonly Router[] {
    return [this.#west, this.#east];
  }

  async #happen(at: number): Promise<void> {
    const dice = this.#dice;
    const [name, run] = dice.pick<readonly [string, () => unknown]>([
      ['a telephone dials', () => this.#dial()],
      ['a telephone dials', () => this.#dial()],
      ['a SIP phone calls', () => this.#phoneCalls()],
      ['a SIP phone calls', () => this.#phoneCalls()],
      ['a SIP phone hangs up', () => this.#hangUp()],
      ['a SIP phone holds its call, or takes it back', () => this.#hold()],
      ['a SIP phone holds its call, or takes it back', () => this.#hold()],
      ['a SIP phone holds its call, or takes it back', () => this.#hold()],
      ['a SIP phone holds its call, or takes it back', () => this.#hold()],
      ['the network changes', () => this.#weather()],
      ['a way is cut for a while', () => this.#cut()],
      ['connections break', () => this.#scene.world.internet.reset(dice.pick(places), dice.pick(places))],
      ['a phone changes its mind', () => this.#changeMind()],
      ['the wall clock jumps', () => this.#jump()],
      ['a phone dies and comes back', () => this.#restartPhone()],
      ['the configuration changes', () => this.#configure()],
      ['connections are cleared', () => this.#clear()],
      ['a gateway is killed and boots again', () => this.#crash()],
      ...(this.#registrar === undefined
        ? []
        : ([
            ['the registrar changes its mind', () => this.#changeRegistrar()],
            ['the registrar changes its mind', () => this.#changeRegistrar()],
            ['the way to the registrar is cut', () => this.#cut(west, registrarPhone)],
            ['connections break', () => this.#scene.world.internet.reset(west, registrarPhone)],
          ] as const)),
      ...(this.#voice === undefined
        ? []
        : ([
            ['a telephone dials over TLS', () => this.#dial('6')],
            ['a telephone dials over TLS', () => this.#dial('6')],
            ['the TLS phone calls', () => this.#phoneCalls(this.#voice)],
            ['somebody else calls over TLS', () => this.#phoneCalls(dice.pick(this.#impostors))],
            ['names are told wrongly, or right', () => this.#rename()],
            ['somebody else is at the address of the TLS phone, or it is back', () => this.#swap()],
            ['connections break', () => this.#scene.world.internet.reset(west, tlsPhone)],
          ] as const)),
    ]);
    this.events.push(`${at} ms: ${name}`);
    await run();
  }

  /** `csim` calls end by themselves. */
  #dial(wanted?: string): void {
    const dice = this.#dice;
    if (wanted !== undefined) {
      return this.#csim(this.#west, wanted);
    }
    const number = dice.pick(['11', '12', '21', '22', '3', '4', '5', '9']);
    this.#csim(dice.pick(this.#routers), number);
  }

  #csim(router: Router, number: string): void {
    const call = router.gateway.world.calls.simulate(number, this.#dice.pick(['0/3/0', '0/3/1']));
    this.#calls.push(Promise.race([call, router.death]));
  }

  #phoneCalls(which?: Phone): void {
    const dice = this.#dice;
    const phone = which ?? dice.pick(this.#phones);
    const isTls = phone.address.host === tlsPhone || phone.address.host === impostor;
    const number = dice.pick(['11', '12', '21', '22', '3', '4', '9']);
    // East has no identity for TLS.
    const call = phone.call(number, isTls ? west : dice.pick([west, east]), isTls ? 5061 : 5060);
    // A way that is cut or closed is the phone's own trouble.
    this.#calls.push(call.catch(() => undefined));
  }

  #hangUp(): void {
    this.#calls.push(this.#dice.pick(this.#phones).hangUpEver());
  }

  #hold(): void {
    const dice = this.#dice;
    const phone = dice.pick(this.#phones);
    const direction = dice.pick(['sendonly', 'sendonly', 'sendrecv', 'sendrecv', 'inactive'] as const);
    const method = dice.pick(['INVITE', 'INVITE', 'UPDATE'] as const);
    const asks = method === 'INVITE' && dice.roll(6) === 0;
    this.#calls.push(phone.change(method, asks ? '' : phone.describe(direction)));
  }

  #changeMind(): void {
    const phone = this.#dice.pick(this.#phones);
    phone.takes = this.#dice.pick([200, 486, 'ring', 503]);
    phone.takesChange = this.#dice.pick([200, 200, 488, 491, 'ring', 'ignore']);
  }

  #jump(): void {
    const { clock } = this.#scene.world;
    clock.epoch += this.#dice.between(-86_400_000, 86_400_000);
  }

  #weather(): void {
    const { internet } = this.#scene.world;
    const dice = this.#dice;
    internet.loss = dice.pick([0, 0, 0.05, 0.2, 0.5]);
    internet.latencyMs = dice.pick([1, 5, 50, 400]);
    internet.jitterMs = dice.pick([0, 0, 20, 600]);
  }

  /** Longer at times than anything is repeated: what nobody could tell a peer, its session timer must find out. */
  #cut(a = this.#dice.pick(places), b = this.#dice.pick(places)): void {
    const { internet, clock } = this.#scene.world;
    internet.cut(a, b);
    const longest = this.#dice.pick([15_000, 15_000, 200_000]);
    clock.after(this.#dice.between(100, longest), () => internet.heal(a, b));
  }

  /** The name server says that `voice.test` is where the impostor is; or that it is there too. */
  #rename(): void {
    const { names } = this.#scene.world;
    names.set('voice.test', this.#dice.pick([[tlsPhone], [impostor], [impostor, tlsPhone], [tlsPhone, impostor]]));
  }

  /** Whoever is there goes without a word, and the other one listens in its place. */
  async #swap(): Promise<void> {
    const old = this.#atTls;
    const voice = this.#voice;
    if (old === undefined || voice === undefined) return;
    old.close();
    const isTrue = old !== voice;
    const phone = await this.#scene.phone(tlsPhone, {
      transport: 'tls',
      alias: 'voice.test',
      credentials: isTrue ? credentials.true : credentials.false,
    });
    this.#atTls = phone;
    if (!isTrue) return void this.#impostors.push(phone);
    phone.inherit(voice);
    this.#phones = this.#phones.map((one) => (one === voice ? phone : one));
    this.#voice = phone;
    this.#voices.push(phone);
  }

  async #restartPhone(): Promise<void> {
    const at = this.#dice.roll(2);
    const old = this.#phones[at]!;
    old.close();
    const phone = await this.#scene.phone(old.address.host, {
      transport: at === 0 ? 'udp' : 'tcp',
      takes: this.#dice.pick([200, 486, 'ring']),
      ...this.#abilities(),
    });
    phone.inherit(old);
    this.#phones[at] = phone;
    this.#everyPhone.push(phone);
  }

  async #crash(): Promise<void> {
    const isWest = this.#dice.roll(2) === 0;
    const old = isWest ? this.#west : this.#east;
    const { attempted, connected } = old.gateway.world.calls.counters();
    this.#earlier.attempted += attempted;
    this.#earlier.connected += connected;
    this.#crashes++;
    const router = await this.#scene.crash(old);
    if (isWest) this.#west = router;
    else this.#east = router;
  }

  #changeRegistrar(): void {
    const registrar = this.#registrar!;
    const dice = this.#dice;
    switch (dice.roll(5)) {
      case 0:
        return this.#guard?.age();
      case 1:
        registrar.minimumSeconds = dice.pick([0, 600]);
        return;
      case 2:
        registrar.grantsSeconds = dice.pick([undefined, 20]);
        return;
      default:
        registrar.refuses = dice.pick([
          undefined,
          undefined,
          'silently',
          { status: 500, headers: [] },
          { status: 503, headers: ['Retry-After: 5'] },
        ] as const);
    }
  }

  async #configure(): Promise<void> {
    const router = this.#dice.pick(this.#routers);
    const lines = this.#dice.pick([
      ['sip-ua', 'timers trying 300', 'retry invite 3'],
      ['dial-peer voice 10 voip', 'shutdown'],
      ['dial-peer voice 10 voip', 'no shutdown'],
      ['dial-peer voice 11 voip', 'max-conn 1'],
      ['dial-peer voice 13 voip', 'preference 2'],
      ['no dial-peer voice 14'],
      ['sip-ua', 'timers connection aging 5'],
      ['sip-ua', 'no transport tcp'],
      ['sip-ua', 'transport tcp'],
      ['sip-ua', 'retry bye 1'],
      ['voice service voip', 'sip', 'rel1xx disable'],
      ['voice service voip', 'sip', 'no rel1xx'],
      ['voice service voip', 'sip', 'min-se 120 session-expires 120'],
      ['voice service voip', 'sip', 'session transport tcp'],
      ['voice-port 0/3/0', 'shutdown'],
      ['voice-port 0/3/0', 'no shutdown'],
    ]);
    this.events.push(`  ${router.gateway.hostname}: ${lines.join('; ')}`);
    await router.type('configure terminal', ...lines, 'end');
  }

  async #clear(): Promise<void> {
    const id = this.#dice.between(1, 4);
    await this.#dice.pick(this.#routers).type(`clear sip-ua ${this.#dice.pick(['tcp', 'udp'])} connection id ${id}`);
  }

  /** Network and clock are well again, everybody hangs up, and time passes until nothing can be under way. */
  async #calmDown(): Promise<void> {
    const { internet, clock } = this.#scene.world;
    // Nobody gets in, not even to hang up, while certificates seem not to be valid yet.
    clock.epoch = this.#epoch;
    Object.assign(internet, { loss: 0, latencyMs: 1, jitterMs: 0 });
    const all = [...places, tlsPhone, impostor, registrarPhone];
    for (const a of all) for (const b of all) internet.heal(a, b);
    if (this.#registrar !== undefined)
      Object.assign(this.#registrar, { refuses: undefined, minimumSeconds: 0, grantsSeconds: undefined });
    for (const router of this.#routers) await router.configure('sip-ua', 'transport tcp');
    await this.#scene.pass(60_000);
    for (let round = 0; round < 2; round++) {
      for (const phone of [...this.#phones, ...this.#impostors]) await this.#scene.during(phone.hangUpEver());
      await this.#scene.pass(200_000);
    }
    await this.#scene.during(Promise.all(this.#calls));
    // Longer than any session interval has passed since: nobody waits for what was lost.
    for (const router of this.#routers) router.assertIdle();
    await this.#scene.pass(ages);
  }

  #assertClean(): void {
    assert.ok(this.#timers <= this.#idleTimers, `${this.#timers} timers, ${this.#idleTimers} before anything happened`);
    if (this.#registrar !== undefined) {
      assert.deepEqual([...this.#registrar.bindings.keys()].sort(), numbersOfWest, 'every number came back');
      const { rows } = this.#west.gateway.world.sip.registrations();
      assert.deepEqual(
        rows.map(({ number, registered, failures }) => [number, registered, failures]),
        numbersOfWest.map((number) => [number, true, 0]),
      );
    }
    for (const { begun } of this.#impostors)
      assert.deepEqual(begun, [], 'something was sent to whom proved another name');
    for (const router of this.#routers) {
      router.assertIdle();
      const { calls } = router.gateway.world;
      const records = calls.records();
      const numbers = records.map(({ call }) => call);
      assert.equal(new Set(numbers).size, numbers.length, 'a call has two records');
      assert.equal(records.length, Math.min(100, calls.counters().attempted), 'each call has a record');
      for (const transport of ['udp', 'tcp', 'tls'] as const) {
        const { agents } = router.gateway.world.sip.connections(transport);
        // An entry that was cleared by id alone stays, marked, until it is used: so it is on IOS.
        // The way to the registrar is in use as long as there are numbers.
        const used = agents.filter(({ host }) => host !== registrarPhone);
        const open = used.flatMap(({ connections }) => connections).filter(({ mark }) => mark === '');
        assert.deepEqual(open, [], transport);
      }
      assert.deepEqual(router.logged('SERVICE_FAILED'), []);
      assert.deepEqual(router.logged('COMMAND_FAULT'), []);
      assert.deepEqual(router.logged('RECEIVER_FAULT'), []);
    }
  }

  #counted(): { readonly attempted: number; readonly connected: number } {
    const all = [this.#earlier, ...this.#routers.map(({ gateway }) => gateway.world.calls.counters())];
    return {
      attempted: all.reduce((sum, { attempted }) => sum + attempted, 0),
      connected: all.reduce((sum, { connected }) => sum + connected, 0),
    };
  }
}
