import type { Clock, Random } from '../../io/index.ts';
import { DeadlineTimer } from '../agent/deadline-timer.ts';
import type { OutgoingInvite } from '../session.ts';
import { type AuthenticationEntry, noTenant, type OutboundProxy, type SipSettings } from '../settings.ts';
import { Deadlines } from '../transaction/index.ts';
import type { Flow } from '../transport/index.ts';
import type { RegistrationLog } from './messages.ts';
import { Pacer } from './pacer.ts';
import type { RegisterHost } from './register-host.ts';
import { Registration, type RegistrationOwner } from './registration.ts';
import type { RegistrationReport } from './report.ts';
import { alongServiceRoute } from './service-route.ts';
import { VouchedHosts } from './vouched-hosts.ts';
import type { RegisterUse, WantedRegistration } from './wanted-registration.ts';

/** What is to be registered, as the configuration has it. */
export interface RegistrationSettings {
  readonly sip: RegisterUse & Pick<SipSettings, 'registrars' | 'registrationSpike'>;
  /** What tenants register: the numbers of their own `credentials`, with their own registrars or those of all. */
  readonly tenants: readonly TenantRegistrations[];
  /** Numbers of telephone ports. */
  readonly numbers: readonly {
    readonly number: string;
    readonly peer: number;
    readonly authentication?: readonly AuthenticationEntry[];
  }[];
  /** `ip domain name`. */
  readonly domain: string | undefined;
  /** Says where we are reached: other text, other place. */
  readonly place: string;
}

export interface TenantRegistrations {
  readonly tenant: number;
  readonly sip: RegisterUse & Pick<SipSettings, 'registrars'>;
  readonly place: string;
}

export interface RegistrationParts {
  readonly host: RegisterHost;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: RegistrationLog;
  /** Written into User-Agent. */
  readonly product: string;
  /** `urn:uuid:...`, the same for as long as this gateway is. */
  readonly instance: () => string;
}

/** The calling number's, else one of the tenant's. */
function registrationFor(
  known: ReadonlyMap<string, Registration>,
  { tenant = noTenant, calling }: OutgoingInvite,
): Registration | undefined {
  return known.get(`${tenant} ${calling}`) ?? (tenant === noTenant ? undefined : known.get(`${tenant}`));
}

/** Keeps a registration for its number and its tenant while it has something; that of the primary registrar comes first. */
function note(known: Map<string, Registration>, one: Registration, has: (one: Registration) => boolean): void {
  const { tenant, number, registrar } = one.wanted;
  for (const key of [`${tenant} ${number}`, `${tenant}`]) {
    const other = known.get(key);
    if (has(one) && (other === undefined || !has(other) || !registrar.secondary)) known.set(key, one);
    else if (!has(one) && other === one) known.delete(key);
  }
}

/** Registrations at once; what is more is not registered. */
const most = 20_000;

/** Keeps every number registered with every registrar: the owner of the registrations and of one timer for all of them. */
export class Registrations implements RegistrationOwner {
  readonly host: RegisterHost;
  readonly log: RegistrationLog;
  readonly headers: readonly string[];
  readonly instance: () => string;
  readonly #random: Random;
  readonly #pacer: Pacer;
  readonly #live = new Map<string, Registration>();
  readonly #byFlow = new Map<Flow, Set<Registration>>();
  readonly #deadlines = new Deadlines<Registration>();
  /** Numbers by the random text that stands for them in Contact. */
  readonly #numbers = new Map<string, string>();
  /** Whose registrar has a way for calls: by tenant and number, and of each tenant one by the tenant alone. */
  readonly #routes = new Map<string, Registration>();
  /** Who is registered by an outbound proxy that is to be reused, by the same keys. */
  readonly #reused = new Map<string, Registration>();
  readonly #vouched = new VouchedHosts<Registration>();
  #wanted: ReadonlyMap<string, WantedRegistration> = new Map();
  readonly #timer: DeadlineTimer;

  constructor(parts: RegistrationParts, { sip }: RegistrationSettings) {
    this.host = parts.host;
    this.log = parts.log;
    this.instance = parts.instance;
    this.headers = [`User-Agent: ${parts.product}`];
    this.#timer = new DeadlineTimer(parts.clock, (now) => this.#fire(now));
    this.#random = parts.random;
    this.#pacer = new Pacer(sip.registrationSpike);
  }

  /** Follows the configuration: new ones queue up, those no longer wanted are taken back. */
  apply(settings: RegistrationSettings): void {
    this.#pacer.reconfigure(settings.sip.registrationSpike);
    this.#follow(wantedOf(settings));
  }

  /** Takes every registration back, each in its turn. `isQuiet` when done. */
  stop(): void {
    this.#follow(new Map());
  }

  /** Forgets everything. */
  close(): void {
    this.#timer.stop();
    this.#live.clear();
    this.#byFlow.clear();
    this.#vouched.clear();
  }

  get isQuiet(): boolean {
    return this.#live.size === 0;
  }

  report(): RegistrationReport {
    return {
      rows: Array.from(this.#live.values(), (one) => one.report()).sort((a, b) => compare(a.number, b.number)),
    };
  }

  /** The number that was called under this user part of our Contact. */
  numberOf(contactUser: string): string | undefined {
    return this.#numbers.size === 0 ? undefined : this.#numbers.get(contactUser);
  }

  /**
   * The call by the way its registrar asks for (RFC 3608): that of the calling number's registration, else one of the tenant's.
   * Only a call to the home of the numbers goes there.
   */
  routed(request: OutgoingInvite): OutgoingInvite {
    if (request.proxy?.reuse) return this.#throughSameProxy(request, request.proxy);
    return this.#alongRoute(request);
  }

  #alongRoute(request: OutgoingInvite): OutgoingInvite {
    const one = request.isHome === true ? registrationFor(this.#routes, request) : undefined;
    return one === undefined ? request : alongServiceRoute(request, one.serviceRoute);
  }

  /** `outbound-proxy ... reuse`: the host of the proxy's name that took the registration is asked first. */
  #throughSameProxy(request: OutgoingInvite, proxy: OutboundProxy): OutgoingInvite {
    const one = registrationFor(this.#reused, request);
    const isSame = JSON.stringify(one?.wanted.sip.outboundProxy) === JSON.stringify(proxy);
    const prefer = isSame ? one?.placeOver(request.transport) : undefined;
    return this.#alongRoute(prefer === undefined ? request : { ...request, prefer });
  }

  /** A registrar sends us calls on this flow and nowhere else (RFC 5626). */
  holds(flow: Flow): boolean {
    return (
      this.#byFlow
        .get(flow)
        ?.values()
        .some((registration) => registration.holds(flow)) === true
    );
  }

  /** Those who may call because a number is registered with them, or because its registrar named them, and which registrar's they are. */
  get vouched(): ReadonlyMap<string, string> {
    return this.#vouched.lines;
  }

  /**
   * A flow ended. One that was idle, or cleared here, can be had again, since the registrar still knows us; unless it sends calls on
   * this very flow.
   */
  flowClosed(flow: Flow, isBroken: boolean): void {
    const registrations = this.#byFlow.get(flow);
    if (registrations === undefined) return;
    this.#byFlow.delete(flow);
    for (const registration of registrations) if (isBroken || registration.isOutbound) registration.lost();
  }

  // ---- what registrations ask

  random(): number {
    return this.#random.bytes(4).readUInt32LE() / 2 ** 32;
  }

  turn(now: number): number {
    return this.#pacer.turn(now);
  }

  rescheduled(registration: Registration): void {
    this.#deadlines.set(registration);
    this.#timer.arm(this.#deadlines.next);
  }

  sentOn(registration: Registration, from: Flow | undefined, to: Flow): void {
    if (from !== undefined) this.#leave(registration, from);
    to.carry(1);
    const registrations = this.#byFlow.get(to);
    if (registrations === undefined) this.#byFlow.set(to, new Set([registration]));
    else registrations.add(registration);
  }

  /** With a way for calls, or without. The primary one's comes first. */
  changed(registration: Registration): void {
    this.#vouched.set(registration, registration.vouched);
    note(this.#routes, registration, ({ serviceRoute }) => serviceRoute.length > 0);
    note(this.#reused, registration, ({ wanted, isBound }) => wanted.sip.outboundProxy?.reuse === true && isBound);
  }

  over(registration: Registration): void {
    this.changed(registration);
    const key = keyOf(registration.wanted);
    const { flow, contactUser } = registration;
    if (flow !== undefined) this.#leave(registration, flow);
    this.#live.delete(key);
    this.#numbers.delete(contactUser);
    const again = this.#wanted.get(key);
    if (again !== undefined) this.#begin(key, again);
  }

  #follow(wanted: ReadonlyMap<string, WantedRegistration>): void {
    this.#wanted = wanted;
    for (const [key, registration] of this.#live) {
      const still = wanted.get(key);
      if (still === undefined) registration.withdraw();
      else if (!registration.isLeaving) registration.reconfigure(still);
    }
    for (const [key, one] of wanted) if (!this.#live.has(key)) this.#begin(key, one);
  }

  #begin(key: string, wanted: WantedRegistration): void {
    const registration = new Registration(this, wanted);
    this.#live.set(key, registration);
    if (wanted.registrar.randomContact) this.#numbers.set(registration.contactUser, wanted.number);
  }

  #leave(registration: Registration, flow: Flow): void {
    const registrations = this.#byFlow.get(flow);
    if (registrations?.delete(registration) !== true) return;
    flow.carry(-1);
    if (registrations.size === 0) this.#byFlow.delete(flow);
  }

  #fire(now: number): void {
    for (let due = this.#deadlines.due(now); due !== undefined; due = this.#deadlines.due(now)) due.woken();
    this.#timer.arm(this.#deadlines.next);
  }
}

/** Every number with every registrar, by what makes it another registration. */
function wantedOf({
  sip,
  numbers,
  domain,
  place,
  tenants,
}: RegistrationSettings): ReadonlyMap<string, WantedRegistration> {
  const known = new Set(numbers.map(({ number }) => number));
  const extra = numbersOf(sip).filter(({ number }) => !known.has(number));
  const groups: readonly (TenantRegistrations & { readonly all: RegistrationSettings['numbers'] })[] = [
    { tenant: noTenant, sip, place, all: [...numbers, ...extra] },
    ...tenants.map((one) => ({ ...one, all: numbersOf(one.sip) })),
  ];
  const wanted = new Map<string, WantedRegistration>();
  for (const { tenant, sip: settings, place: where, all } of groups) {
    for (const registrar of settings.registrars) {
      for (const { number, peer, authentication = [] } of all) {
        if (wanted.size >= most) return wanted;
        const one = { number, peer, authentication, registrar, domain, place: where, sip: settings, tenant };
        wanted.set(keyOf(one), one);
      }
    }
  }
  return wanted;
}

/** Numbers that no telephone has. */
function numbersOf({ credentials }: Pick<SipSettings, 'credentials'>): readonly { number: string; peer: number }[] {
  return credentials.flatMap(({ number }) => (number === undefined ? [] : [{ number, peer: -1 }]));
}

function keyOf({ number, registrar, domain, tenant }: WantedRegistration): string {
  const { index, secondary, target, transport, scheme, aorDomain, randomContact } = registrar;
  const place = [index, secondary, target, transport, scheme, randomContact, aorDomain ? domain : undefined];
  return JSON.stringify([tenant, number, ...place.map((part) => part ?? null), aorDomain]);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
