import { type Dialog, DialogTable, dialogId } from '../dialog/index.ts';
import type { SipRequest } from '../message/index.ts';
import type { Replaced } from '../refer/index.ts';
import type { Flow } from '../transport/index.ts';
import type { HostedSession } from './session-host.ts';

/** Every session there is, and by what it is found: its dialogs, the flow it lives on, its Call-ID. */
export class SessionTable {
  readonly #dialogs = new DialogTable<HostedSession>();
  readonly #sessions = new Set<HostedSession>();
  /** For those who watch: which leg a message is of. */
  readonly #byCallId = new Map<string, HostedSession>();
  readonly #byFlow = new Map<Flow, Set<HostedSession>>();

  get size(): number {
    return this.#sessions.size;
  }

  values(): Iterable<HostedSession> {
    return this.#sessions;
  }

  add(session: HostedSession): void {
    this.#sessions.add(session);
  }

  /** Its Call-ID is known from now on. */
  name(session: HostedSession): void {
    if (this.#sessions.has(session)) this.#byCallId.set(session.callId, session);
  }

  named(callId: string): HostedSession | undefined {
    return this.#byCallId.get(callId);
  }

  find(request: SipRequest): HostedSession | undefined {
    return this.#dialogs.find(request);
  }

  /** Whose dialog this is, as its peer names it. */
  replaced({ callId, toTag, fromTag }: Replaced): HostedSession | undefined {
    return this.#dialogs.named(dialogId(callId, toTag, fromTag));
  }

  /** False: a bound is reached. */
  addDialog(dialog: Dialog, session: HostedSession): boolean {
    return this.#dialogs.add(dialog, session);
  }

  removeDialog(dialog: Dialog): void {
    this.#dialogs.remove(dialog);
  }

  moved(session: HostedSession, from: Flow | undefined, to: Flow): void {
    if (from !== undefined) this.#leave(session, from);
    to.carry(1);
    const sessions = this.#byFlow.get(to);
    if (sessions === undefined) this.#byFlow.set(to, new Set([session]));
    else sessions.add(session);
  }

  countOn(flow: Flow): number {
    return this.#byFlow.get(flow)?.size ?? 0;
  }

  /** The flow ended: whoever lived on it. */
  takeOff(flow: Flow): Iterable<HostedSession> {
    const sessions = this.#byFlow.get(flow) ?? [];
    this.#byFlow.delete(flow);
    return sessions;
  }

  forget(session: HostedSession): void {
    this.#sessions.delete(session);
    if (this.#byCallId.get(session.callId) === session) this.#byCallId.delete(session.callId);
    const { flow, ownDialog } = session;
    if (flow !== undefined) this.#leave(session, flow);
    if (ownDialog !== undefined) this.#dialogs.remove(ownDialog);
  }

  clear(): void {
    this.#sessions.clear();
    this.#byCallId.clear();
    this.#byFlow.clear();
  }

  #leave(session: HostedSession, flow: Flow): void {
    const sessions = this.#byFlow.get(flow);
    if (sessions?.delete(session) !== true) return;
    flow.carry(-1);
    if (sessions.size === 0) this.#byFlow.delete(flow);
  }
}
