import type { Address } from '../../io/index.ts';
import type { Exchange, RequestOwner } from '../agent/exchange.ts';
import { contactAddress } from '../agent/identity.ts';
import { DigestClient } from '../auth/index.ts';
import type { SipResponse } from '../message/index.ts';
import type { TransportName } from '../settings.ts';
import { Timed } from '../transaction/deadlines.ts';
import type { Flow } from '../transport/index.ts';
import { backOffMs, lateRetryMs, refreshMs } from './back-off.ts';
import { Binding } from './binding.ts';
import { Failures } from './failures.ts';
import type { RegistrationLog } from './messages.ts';
import type { RegisterHost } from './register-host.ts';
import { outcomeOf, type RegisterOutcome } from './register-outcome.ts';
import { registerFields } from './register-request.ts';
import { RegisterWay } from './register-way.ts';
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
  readonly #binding: Binding;
  readonly #failures = new Failures();
  readonly #way: RegisterWay;
  #state: RegistrationState = 'queued';
  #callId = '';
  #sequence = 0;
  #contact = '';
  #flow: Flow | undefined;
  #exchange: Exchange | undefined;
  #askedSeconds: number;
  /** A 423 was followed since the turn began. */
  #isLengthened = false;
  /** The registrar has not said that it cannot do it. */
  #offersOutbound = true;
  #wasRegistered = false;
  #refreshAfterMs = 0;

  constructor(owner: RegistrationOwner, wanted: WantedRegistration) {
    super();
    this.#owner = owner;
    this.#wanted = wanted;
    const { tokens } = owner.host;
    this.#digest = new DigestClient(() => tokens.tag());
    this.#fromTag = tokens.tag();
    this.#binding = new Binding(() => owner.host.now());
    this.#way = new RegisterWay(owner.host, {
      opened: (flow) => this.#sendOn(flow),
      failed: (reason) => this.#unreached(reason),
    });
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
    return this.#binding.serviceRoute;
  }

  /** Where it was taken, over a transport, while it is registered. */
  placeOver(transport: TransportName): Address | undefined {
    return this.#binding.placeOver(transport);
  }

  /** Calls come on its connection and nowhere else. */
  get isOutbound(): boolean {
    return this.#binding.isOutbound;
  }

  /** Its registrar sends calls on `flow`. */
  holds(flow: Flow): boolean {
    return this.isOutbound && this.isBound && this.#flow === flow;
  }

  /** Who may call because of it, while it is registered. */
  get vouched(): readonly VouchedHost[] {
    return this.isBound ? vouchedBy(this.#wanted.registrar.target, this.#flow, this.serviceRoute) : [];
  }

  /** It is being taken back. */
  get isLeaving(): boolean {
    return ['withdrawn', 'leaving', 'removing', 'over'].includes(this.#state);
  }

  get isBound(): boolean {
    return this.#binding.isHeld;
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
    if (isOther || (this.#state === 'waiting' && this.#failures.count > 0)) this.#hear('changed');
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
    this.#failures.note('the connection broke');
    this.#hear('lost');
  }

  woken(): void {
    this.deadline = never;
    this.#digest.begin();
    this.#isLengthened = false;
    this.#way.begin();
    this.#hear('due');
  }

  report(): RegistrationRow {
    const { number, peer, registrar } = this.#wanted;
    const { count, reason } = this.#failures;
    const registered = this.isBound;
    return {
      number,
      peer,
      ...(registrar.index === undefined ? {} : { index: registrar.index }),
      secondary: registrar.secondary,
      registrar: registrar.target,
      registered,
      expiresSeconds: registered ? Math.ceil(this.#binding.msLeft / 1000) : this.#askedSeconds,
      state: this.#state,
      failures: count,
      ...(reason === undefined ? {} : { lastFailure: reason }),
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

  #redirect(contacts: readonly string[], status: number): void {
    const refused = this.#way.follow(contacts, this.#wanted);
    if (refused !== undefined) return this.#fail('failed', `${status} ${refused}`);
    this.#hear('redirected');
  }

  #accepted(outcome: Extract<RegisterOutcome, { kind: 'accepted' }>, response: SipResponse): void {
    const { expiresSeconds: seconds, outbound } = outcome;
    const isOutbound = outbound !== undefined && this.#offered() !== undefined;
    if (isOutbound) this.#flow?.keptAlive(outbound.flowTimerSeconds);
    const serviceRoute = serviceRouteOf(response);
    this.#binding.take({ contact: this.#contact, flow: this.#flow, seconds, isOutbound, serviceRoute });
    this.#refreshAfterMs = refreshMs(seconds, this.#wanted.registrar.refreshRatio);
    this.#failures.cleared();
    this.#way.accept();
    this.#owner.changed(this);
    this.#hear('accepted');
  }

  #challenged(response: SipResponse): void {
    const answer = this.#digest.challenged(response, (realm) => credentialFor(this.#wanted, realm));
    if (answer.kind === 'answered') this.#hear('challenged');
    else this.#fail('refused', `${response.status}: ${answer.reason}`);
  }

  #fail(event: 'failed' | 'refused' | 'exhausted', reason: string, retryAfterSeconds?: number): void {
    if (event !== 'refused' && this.#way.reject(reason, retryAfterSeconds)) return;
    this.#failures.note(reason, retryAfterSeconds);
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
        return this.#way.open(this.#wanted, this.#binding, this.#failures.count > 0);
      case 'schedule refresh':
        return this.#after(this.#refreshAfterMs);
      case 'schedule recovery':
        this.#after(backOffMs(0, random));
        return this.#log('REGISTRATION_LOST', this.#waitSeconds);
      case 'schedule retry':
        return this.#after(this.#failures.retryMs(random));
      case 'schedule after exhaustion':
        return this.#after(this.#failures.afterSilenceMs(this.#wanted.sip.registerExhausted, random));
      case 'schedule late retry':
        return this.#after(lateRetryMs(random));
      case 'tell registered':
        if (!this.#wasRegistered) this.#log('REGISTERED', Math.round(this.#binding.msLeft / 1000));
        this.#wasRegistered = true;
        return;
      case 'tell failed':
        this.#failures.counted();
        this.#wasRegistered = false;
        this.#owner.changed(this);
        return this.#log('REGISTER_FAILED', this.#waitSeconds);
      case 'tell over':
        if (this.#wasRegistered) this.#log('UNREGISTERED', 0);
        this.#schedule(never);
        return this.#owner.over(this);
    }
  }

  get #waitSeconds(): number {
    return Math.round((this.deadline - this.#owner.host.now()) / 1000);
  }

  #log(mnemonic: Parameters<RegistrationLog>[0], seconds: number): void {
    const { number, registrar } = this.#wanted;
    this.#owner.log(mnemonic, { number, registrar: registrar.target, seconds, reason: this.#failures.reason ?? '' });
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

  #unreached(reason: string): void {
    // A tenant that is gone has no TLS profile to connect by: what it registered is taken back on the connection there is.
    if (this.#isRemoval && this.#flow?.open === true) this.#sendOn(this.#flow);
    else this.#fail('failed', reason);
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
        uri: this.#way.place(this.#wanted).uri,
        via: host.viaFor(flow, branch),
        maxForwards: host.maxForwards(flow.tenant),
        cseqNumber: ++this.#sequence,
        contact: this.#contact,
        formerContact: this.#binding.contact === this.#contact ? undefined : this.#binding.contact,
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
