import type { Address } from '../../io/index.ts';
import type { Exchange, RequestOwner } from '../agent/exchange.ts';
import { contactAddress } from '../agent/identity.ts';
import { hopOf, Redirections } from '../agent/redirection.ts';
import type { SessionHost } from '../agent/session-host.ts';
import { DigestClient } from '../auth/index.ts';
import type { SipResponse } from '../message/index.ts';
import { type TransportName, timerDefaults } from '../settings.ts';
import type { TargetRoute } from '../target/index.ts';
import { Timed } from '../transaction/deadlines.ts';
import type { Flow } from '../transport/index.ts';
import { backOffMs, exhaustedMs, lateRetryMs, refreshMs, retryAfterMs } from './back-off.ts';
import type { RegistrationLog } from './messages.ts';
import { outcomeOf, type RegisterOutcome } from './register-outcome.ts';
import { redirectionsAtMost, registrarPlace } from './register-place.ts';
import { registerFields } from './register-request.ts';
import {
  type RegistrationAction,
  type RegistrationEvent,
  type RegistrationState,
  registrationMachine,
} from './registration-machine.ts';
import type { RegistrationRow } from './report.ts';
import { serviceRouteOf } from './service-route.ts';
import { type VouchedHost, vouchedBy } from './vouched-hosts.ts';
import { credentialFor, type WantedRegistration } from './wanted-registration.ts';

/** What a registration may ask of the user agent. */
export type RegisterHost = Pick<
  SessionHost,
  'tokens' | 'now' | 'maxForwards' | 'contactPort' | 'viaFor' | 'request' | 'route' | 'later'
>;

/** What a registration may ask of its owner. */
export interface RegistrationOwner {
  readonly host: RegisterHost;
  readonly log: RegistrationLog;
  /** The gateway's own name for good, `urn:uuid:...` (RFC 5626 4.1). */
  instance(): string;
  /** Header lines of every request: User-Agent. */
  readonly headers: readonly string[];
  /** From 0 to 1. */
  random(): number;
  /** The time at which the next registration may leave. */
  turn(now: number): number;
  /** The deadline is another one. */
  rescheduled(registration: Registration): void;
  sentOn(registration: Registration, from: Flow | undefined, to: Flow): void;
  /** The registrar took it, took it back, or failed it: what follows from its being registered may be other than before. */
  changed(registration: Registration): void;
  over(registration: Registration): void;
}

const settlingMs = 1000;
const never = Number.POSITIVE_INFINITY;

/** One number at one registrar: `registrationMachine` says what to do, this does it. */
export class Registration extends Timed implements RequestOwner {
  override deadline = never;
  /** User part of Contact: the number, or random text that stands for it. */
  readonly contactUser: string;
  #wanted: WantedRegistration;
  readonly #owner: RegistrationOwner;
  readonly #digest: DigestClient;
  readonly #fromTag: string;
  #state: RegistrationState = 'queued';
  #callId = '';
  #sequence = 0;
  #contact = '';
  /** The one the registrar took last. */
  #boundContact = '';
  #flow: Flow | undefined;
  #takenOn: Pick<Flow, 'transport' | 'remote'> | undefined;
  #exchange: Exchange | undefined;
  /** Counts attempts, so that what comes of an older one is told from the newest. */
  #attempt = 0;
  #route: TargetRoute | undefined = undefined;
  #askedSeconds: number;
  /** A 423 was followed since the turn began. */
  #isLengthened = false;
  /** The registrar has not said that it cannot do it. */
  #offersOutbound = true;
  /** The registrar sends calls on the connection that the last REGISTER took. */
  #isOutbound = false;
  #expiresAt = 0;
  #wasRegistered = false;
  #failures = 0;
  #lastFailure: string | undefined;
  #retryAfterSeconds: number | undefined;
  #refreshAfterMs = 0;
  /** Where it was sent on to in this turn. */
  #redirected = new Redirections(redirectionsAtMost);
  #serviceRoute: readonly string[] = [];

  constructor(owner: RegistrationOwner, wanted: WantedRegistration) {
    super();
    this.#owner = owner;
    this.#wanted = wanted;
    const { tokens } = owner.host;
    this.#digest = new DigestClient(() => tokens.tag());
    this.#fromTag = tokens.tag();
    this.contactUser = wanted.registrar.randomContact ? tokens.tag() : wanted.number;
    this.#askedSeconds = wanted.registrar.expiresSeconds;
    this.#do('take turn');
  }

  get wanted(): WantedRegistration {
    return this.#wanted;
  }

  get flow(): Flow | undefined {
    return this.#flow;
  }

  /** The way its registrar wants calls to take, while it is registered. */
  get serviceRoute(): readonly string[] {
    return this.isBound ? this.#serviceRoute : [];
  }

  /** Where it was taken, over a transport, while it is registered. */
  placeOver(transport: TransportName): Address | undefined {
    const taken = this.#takenOn;
    return this.isBound && taken?.transport === transport ? taken.remote : undefined;
  }

  /** Calls come on its connection and nowhere else. */
  get isOutbound(): boolean {
    return this.#isOutbound;
  }

  /** Its registrar sends calls on `flow`. */
  holds(flow: Flow): boolean {
    return this.#isOutbound && this.isBound && this.#flow === flow;
  }

  /** Who may call because of it, while it is registered. */
  get vouched(): readonly VouchedHost[] {
    return this.isBound ? vouchedBy(this.#wanted.registrar.target, this.#flow, this.#serviceRoute) : [];
  }

  /** It is being taken back. */
  get isLeaving(): boolean {
    return ['withdrawn', 'leaving', 'removing', 'over'].includes(this.#state);
  }

  get isBound(): boolean {
    return this.#owner.host.now() < this.#expiresAt;
  }

  /** The same number and registrar with other particulars. */
  reconfigure(wanted: WantedRegistration): void {
    const before = this.#wanted;
    this.#wanted = wanted;
    const way = ({ registrar, sip }: WantedRegistration): string => JSON.stringify([registrar, sip.outboundProxy]);
    const isOther = way(before) !== way(wanted);
    if (isOther) {
      this.#askedSeconds = wanted.registrar.expiresSeconds;
      this.#offersOutbound = true;
    }
    // What failed may succeed with other credentials; what is registered stays so.
    if (isOther || (this.#state === 'waiting' && this.#failures > 0)) this.#hear('changed');
    // The new listener is given a moment to stand.
    else if (before.place !== wanted.place && this.#state === 'registered') this.#after(settlingMs);
  }

  withdraw(): void {
    this.#hear(this.isBound ? 'withdraw' : 'drop');
  }

  /** The way the last REGISTER took is gone. */
  lost(): void {
    this.#flow = undefined;
    this.#exchange = undefined;
    this.#lastFailure = 'the connection broke';
    this.#retryAfterSeconds = undefined;
    this.#hear('lost');
  }

  woken(): void {
    this.deadline = never;
    this.#digest.begin();
    this.#isLengthened = false;
    this.#redirected = new Redirections(redirectionsAtMost);
    this.#hear('due');
  }

  report(now: number): RegistrationRow {
    const { number, peer, registrar } = this.#wanted;
    const registered = now < this.#expiresAt;
    return {
      number,
      peer,
      ...(registrar.index === undefined ? {} : { index: registrar.index }),
      secondary: registrar.secondary,
      registrar: registrar.target,
      registered,
      expiresSeconds: registered ? Math.ceil((this.#expiresAt - now) / 1000) : this.#askedSeconds,
      state: this.#state,
      failures: this.#failures,
      ...(this.#lastFailure === undefined ? {} : { lastFailure: this.#lastFailure }),
    };
  }

  // ---- what becomes of a request

  responded(exchange: Exchange, response: SipResponse): void {
    if (exchange !== this.#exchange || response.status < 200) return;
    this.#exchange = undefined;
    this.#judge(outcomeOf(response, this.#contact.slice(1, -1), this.#isRemoval ? 0 : this.#askedSeconds), response);
  }

  unanswered(exchange: Exchange, why: 'timeout' | 'transport error'): void {
    if (exchange !== this.#exchange) return;
    this.#exchange = undefined;
    if (why === 'timeout') this.#fail('exhausted', 'no answer');
    else this.#fail('failed', 'the request could not be sent');
  }

  get #isRemoval(): boolean {
    return this.#state === 'removing';
  }

  #judge(outcome: RegisterOutcome, response: SipResponse): void {
    switch (outcome.kind) {
      case 'accepted':
        return this.#accepted(outcome, response);
      case 'no outbound':
        if (!this.#offersOutbound) return this.#fail('failed', outcome.reason);
        this.#offersOutbound = false;
        return this.#hear('no outbound');
      case 'challenged':
        return this.#challenged(response);
      case 'redirected':
        return this.#redirect(outcome.contacts, response.status);
      case 'too brief':
        return this.#tooBrief(outcome.minimumSeconds);
      case 'refused':
        return this.#fail('refused', outcome.reason);
      case 'failed':
        return this.#fail('failed', outcome.reason, outcome.retryAfterSeconds);
    }
  }

  /** A registrar that wants more and more is not followed. */
  #tooBrief(minimumSeconds: number): void {
    if (this.#isLengthened) return this.#fail('failed', '423 again');
    this.#isLengthened = true;
    this.#askedSeconds = minimumSeconds;
    this.#hear('too brief');
  }

  /** To the first place that is no worse (RFC 3261 8.1.3.4); one that was asked in this turn is not asked again. */
  #redirect(contacts: readonly string[], status: number): void {
    const place = this.#redirected.follow(contacts, this.#redirected.place ?? registrarPlace(this.#wanted.registrar));
    if (typeof place === 'string') return this.#fail('failed', `${status} ${place}`);
    this.#hear('redirected');
  }

  #accepted(outcome: Extract<RegisterOutcome, { kind: 'accepted' }>, response: SipResponse): void {
    const { expiresSeconds: seconds, outbound } = outcome;
    this.#serviceRoute = seconds > 0 ? serviceRouteOf(response) : [];
    this.#isOutbound = outbound !== undefined && this.#offered() !== undefined;
    if (this.#isOutbound) this.#flow?.keptAlive(outbound?.flowTimerSeconds);
    this.#expiresAt = this.#owner.host.now() + seconds * 1000;
    this.#refreshAfterMs = refreshMs(seconds, this.#wanted.registrar.refreshRatio);
    this.#boundContact = this.#contact;
    this.#takenOn = this.#flow && { transport: this.#flow.transport, remote: this.#flow.remote };
    this.#failures = 0;
    this.#lastFailure = undefined;
    this.#route?.accept();
    this.#owner.changed(this);
    this.#hear('accepted');
  }

  #challenged(response: SipResponse): void {
    const answer = this.#digest.challenged(response, (realm) => credentialFor(this.#wanted, realm));
    if (answer.kind === 'answered') this.#hear('challenged');
    else this.#fail('refused', `${response.status}: ${answer.reason}`);
  }

  #fail(event: 'failed' | 'refused' | 'exhausted', reason: string, retryAfterSeconds?: number): void {
    const route = this.#route;
    if (event !== 'refused' && route !== undefined) {
      route.reject(reason, retryAfterSeconds === undefined ? undefined : retryAfterSeconds * 1000);
      if (route.hasMore) return this.#sendToNext(route);
    }
    this.#lastFailure = reason;
    this.#retryAfterSeconds = retryAfterSeconds;
    this.#hear(event);
  }

  // ---- what the machine says

  #hear(event: RegistrationEvent): void {
    const row = registrationMachine[this.#state][event];
    if (row === undefined) return;
    if (row.to !== undefined) this.#state = row.to;
    for (const action of row.do) this.#do(action);
  }

  #do(action: RegistrationAction): void {
    const random = this.#owner.random();
    switch (action) {
      case 'take turn':
        return this.#schedule(this.#owner.turn(this.#owner.host.now()));
      case 'send':
      case 'send removal':
        return this.#send();
      case 'schedule refresh':
        return this.#after(this.#refreshAfterMs);
      case 'schedule recovery':
        this.#after(backOffMs(0, random));
        return this.#log('REGISTRATION_LOST', this.#waitSeconds);
      case 'schedule retry':
        return this.#after(this.#retryMs(random));
      case 'schedule after exhaustion': {
        const { registerExhausted } = this.#wanted.sip;
        return this.#after(
          registerExhausted === undefined ? this.#retryMs(random) : exhaustedMs(registerExhausted, random),
        );
      }
      case 'schedule late retry':
        return this.#after(lateRetryMs(random));
      case 'tell registered':
        if (!this.#wasRegistered)
          this.#log('REGISTERED', Math.round((this.#expiresAt - this.#owner.host.now()) / 1000));
        this.#wasRegistered = true;
        return;
      case 'tell failed':
        this.#failures++;
        this.#wasRegistered = false;
        this.#owner.changed(this);
        return this.#log('REGISTER_FAILED', this.#waitSeconds);
      case 'tell over':
        if (this.#wasRegistered) this.#log('UNREGISTERED', 0);
        this.#schedule(never);
        return this.#owner.over(this);
    }
  }

  #retryMs(random: number): number {
    const asked = this.#retryAfterSeconds;
    const own = backOffMs(this.#failures + 1, random);
    if (asked === undefined) return own;
    // A registrar that again and again wants to be asked at once is believed once.
    return this.#failures === 0 ? retryAfterMs(asked, random) : Math.max(own, retryAfterMs(asked, random));
  }

  get #waitSeconds(): number {
    return Math.round((this.deadline - this.#owner.host.now()) / 1000);
  }

  #log(mnemonic: Parameters<RegistrationLog>[0], seconds: number): void {
    const { number, registrar } = this.#wanted;
    this.#owner.log(mnemonic, { number, registrar: registrar.target, seconds, reason: this.#lastFailure ?? '' });
  }

  #after(ms: number): void {
    this.#schedule(this.#owner.host.now() + ms);
  }

  #schedule(at: number): void {
    this.deadline = at;
    this.#owner.rescheduled(this);
  }

  // ---- sending

  /** A primary and a secondary registrar of the same domain see two flows of one gateway. */
  #offered(): { readonly instance: string; readonly regId: number } | undefined {
    if (!this.#offersOutbound || this.#flow?.reliable !== true) return undefined;
    return { instance: this.#owner.instance(), regId: this.#wanted.registrar.secondary ? 2 : 1 };
  }

  #send(): void {
    const { registrar, tenant, sip } = this.#wanted;
    const place = this.#redirected.place ?? registrarPlace(registrar);
    const { transport } = place;
    const { host, isName, port } = sip.outboundProxy === undefined ? place : hopOf(sip.outboundProxy);
    const prefer = sip.outboundProxy?.reuse ? this.placeOver(transport) : undefined;
    // Where the last one failed its name is asked anew: it may have moved.
    const heldMs = (sip.timers.dnsRegistrarCache ?? timerDefaults.dnsRegistrarCache) * 1000;
    this.#route = this.#owner.host.route({
      ...{ host, isName, transport, tenant },
      ...(port === undefined ? {} : { port }),
      ...(prefer === undefined ? {} : { prefer }),
      ...(this.#failures === 0 ? { namesHeldMs: heldMs } : {}),
    });
    this.#sendToNext(this.#route);
  }

  /** To the next host that answers for the registrar. */
  #sendToNext(route: TargetRoute): void {
    const attempt = ++this.#attempt;
    route.next({
      opened: (flow) => {
        if (attempt === this.#attempt) this.#sendOn(flow);
      },
      failed: ({ reason }) => {
        if (attempt !== this.#attempt) return;
        // A tenant that is gone has no TLS profile to connect by: what it registered is taken back on the connection there is.
        if (this.#isRemoval && this.#flow?.open === true) this.#sendOn(this.#flow);
        else this.#fail('failed', reason);
      },
    });
  }

  #sendOn(flow: Flow): void {
    const { host, headers } = this.#owner;
    const { number, registrar, domain } = this.#wanted;
    if (this.#flow !== flow) this.#owner.sentOn(this, this.#flow, flow);
    this.#flow = flow;
    this.#callId ||= host.tokens.callId(flow.local.host);
    this.#contact = contactAddress(this.contactUser, registrar.scheme, flow, host.contactPort(flow));
    const branch = host.tokens.branch();
    const fields = registerFields(
      { number, registrar, domain, callId: this.#callId, fromTag: this.#fromTag },
      {
        uri: (this.#redirected.place ?? registrarPlace(registrar)).uri,
        via: host.viaFor(flow, branch),
        maxForwards: host.maxForwards(flow.tenant),
        cseqNumber: ++this.#sequence,
        contact: this.#contact,
        formerContact: this.isBound && this.#boundContact !== this.#contact ? this.#boundContact : undefined,
        outbound: this.#offered(),
        expiresSeconds: this.#isRemoval ? 0 : this.#askedSeconds,
        headers,
      },
    );
    const proof = this.#digest.headers(fields);
    const whole = { ...fields, headers: [...(fields.headers ?? []), ...proof] };
    this.#exchange = host.request(flow, whole, this, branch);
    if (this.#exchange === undefined) host.later(() => this.#fail('failed', 'too many transactions'));
  }
}
