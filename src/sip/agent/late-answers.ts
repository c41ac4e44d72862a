import { Dialog, type SentInvite } from '../dialog/index.ts';
import { printQ850, printRequest, type SipResponse } from '../message/index.ts';
import type { MessageTally } from '../session.ts';
import type { Flow } from '../transport/index.ts';
import { type Exchange, ignoringOwner, type RequestOwner } from './exchange.ts';
import { reach } from './next-hop.ts';
import type { SessionHost } from './session-host.ts';

/**
 * What is left of an answered INVITE of ours when its session is over. Its transaction waits for half a minute, over every
 * transport: the same 2xx may come again and wants its ACK again; a 2xx of another branch makes a leg that nobody wants, which
 * is acknowledged and ended (RFC 3261 13.2.2.4).
 */
export class LateAnswers implements RequestOwner {
  readonly #host: SessionHost;
  readonly #sent: SentInvite;
  readonly #remoteTag: string | undefined;
  readonly #tally: MessageTally | undefined;

  /** `remoteTag`: of the leg the session had; undefined when it had none. */
  constructor(host: SessionHost, sent: SentInvite, remoteTag: string | undefined, tally: MessageTally | undefined) {
    this.#host = host;
    this.#sent = sent;
    this.#remoteTag = remoteTag;
    this.#tally = tally;
  }

  responded({ flow }: Exchange, response: SipResponse): void {
    const dialog = Dialog.fromResponse(this.#sent, response);
    if (dialog === undefined) return;
    const take = (way: Flow): void => this.#acknowledge(dialog, way);
    reach(this.#host, dialog.nextHop, flow, take, () => undefined);
  }

  unanswered(): void {
    // It was answered.
  }

  #acknowledge(dialog: Dialog, way: Flow): void {
    const host = this.#host;
    const { tokens } = host;
    const maxForwards = host.maxForwards(way.tenant);
    const ack = { via: host.viaFor(way, tokens.branch()), maxForwards };
    host.sendAck(way, printRequest(dialog.ack(this.#sent.cseqNumber, ack)), this.#tally);
    if (dialog.remoteTag === this.#remoteTag) return;
    const branch = tokens.branch();
    const via = host.viaFor(way, branch);
    const bye = dialog.request('BYE', { via, maxForwards, headers: [printQ850(16)] });
    host.request(way, bye, ignoringOwner, branch, this.#tally);
  }
}
