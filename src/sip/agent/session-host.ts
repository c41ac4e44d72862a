import type { Challenger } from '../auth/index.ts';
import type { Dialog } from '../dialog/index.ts';
import type { RequestFields, ResponseFields, SipRequest } from '../message/index.ts';
import type { Replaced } from '../refer/index.ts';
import type { MessageTally, SipSession } from '../session.ts';
import type { Reliability, SipSettings } from '../settings.ts';
import type { Target, TargetRoute } from '../target/index.ts';
import type { TimerValues } from '../transaction/index.ts';
import type { Flow, Opening, OpenRequest } from '../transport/index.ts';
import type { Abilities } from './abilities.ts';
import type { AgentTransaction, Exchange, RequestOwner } from './exchange.ts';
import type { SessionMachine } from './session-machine.ts';
import type { TokenSource } from './token-source.ts';

/** Which of IOS's `timers` and `retry` values govern something other than a request of ours, which they do by its method. */
export type TimerUse = 'invite' | 'answer' | 'rel1xx';

/** What the user agent knows of a session: enough to find it, and to bring it what arrives. */
export interface HostedSession extends SipSession {
  readonly calling: string;
  readonly called: string;
  readonly requestUri: string;
  /** The number of its leg. */
  readonly leg: number | undefined;
  readonly flow: Flow | undefined;
  readonly ownDialog: Dialog | undefined;
  readonly tally: MessageTally | undefined;
  /** False: a request of its dialog came behind a later one (RFC 3261 12.2.2). */
  accepts(request: SipRequest): boolean;
  requested(request: SipRequest, transaction: AgentTransaction): void;
  acked(ack: SipRequest): void;
  heardOn(flow: Flow): void;
  flowClosed(broken: boolean): void;
}

/** What a session may ask of the user agent that owns it. */
export interface SessionHost {
  readonly tokens: TokenSource;
  /** Judges callers who are to prove who they are. */
  readonly challenger: Challenger;
  /** Monotonic milliseconds. */
  now(): number;
  timers(use: TimerUse, tenant: number): TimerValues;
  maxForwards(tenant: number): number;
  /** What we can do as configured now for a tenant, and for a dial peer that says more, and the header lines that say so. */
  abilitiesFor(tenant: number, rel1xx?: Reliability): Abilities;
  /** How long an INVITE of ours may stay unanswered. */
  expiresMs(tenant: number): number;
  /** What holds for a tenant. */
  settings(tenant: number): SipSettings;
  /** The port peers reach us at, by transport. */
  contactPort(flow: Flow): number;
  /** What we are called in the place of our address, as configured for those of a tenant. */
  localName(tenant: number): string | undefined;
  viaFor(flow: Flow, branch: string): string;
  /** Contact of a dialog; where a registrar sends us requests on the flow, those of the dialog are to come on it too (RFC 5626 4.3). */
  contactFor(user: string, scheme: 'sip' | 'sips', flow: Flow, localName?: string): string;

  /** Sends a request in a transaction of its own. Undefined when it could not be begun (bound reached); the owner is not told. */
  request(
    flow: Flow,
    fields: RequestFields,
    owner: RequestOwner,
    branch: string,
    tally?: MessageTally,
  ): Exchange | undefined;
  /** Gives up waiting for a first final response; one that was received goes its way. */
  abandon(exchange: Exchange): void;
  /** Answers a request of the peer; later answers to an INVITE replace earlier ones. */
  respond(transaction: AgentTransaction, status: number, fields?: ResponseFields): void;
  /** Sends an ACK, which has no transaction. */
  sendAck(flow: Flow, text: string, tally: MessageTally | undefined): void;
  /** Sends the last answer to an INVITE again. */
  repeat(transaction: AgentTransaction, answer: '1xx' | '2xx'): void;
  /**
   * The connection a request came on is gone: its answers go on a new one, to the address it came from and the port of its Via,
   * on which the peer must have proved the same name (RFC 3261 18.2.2).
   */
  returnWay(transaction: AgentTransaction, opened: (flow: Flow) => void, failed: (reason: string) => void): void;
  /** The ACK to a 2xx came: it is not sent again. */
  acknowledged(transaction: AgentTransaction): void;
  /** Looks after a machine's deadline; to be called after each event. */
  watch(machine: SessionMachine): void;

  /** The way to a target, one candidate after the other. */
  route(target: Target): TargetRoute;
  open(request: OpenRequest, opening: Opening): void;
  /** Calls `run` after the present event. */
  later(run: () => void): void;

  /** Makes a dialog findable; false when a bound is reached. */
  addDialog(dialog: Dialog, session: HostedSession): boolean;
  /** The session in a dialog that a peer names. */
  replaced(dialog: Replaced): HostedSession | undefined;
  removeDialog(dialog: Dialog): void;
  moved(session: HostedSession, from: Flow | undefined, to: Flow): void;
  forget(session: HostedSession): void;
  lost(session: HostedSession, reason: string): void;
  /** A challenge to a request of ours stays unanswered, or a caller proved nothing: the operator is told. */
  unproved(session: HostedSession, whose: 'ours' | 'theirs', reason: string): void;
  /** Nobody could be sent its INVITE. */
  unreached(session: HostedSession, reason: string): void;
  /** A 3xx is followed. */
  sentOn(session: HostedSession, uri: string): void;
  /** For those who watch: `from` is undefined at the beginning. */
  stateChanged(session: HostedSession, from: SipSession['state'] | undefined, to: SipSession['state']): void;
}
