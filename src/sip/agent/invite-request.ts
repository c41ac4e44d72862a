import type { SentInvite } from '../dialog/index.ts';
import type { RequestFields } from '../message/index.ts';
import { printReplaces } from '../refer/index.ts';
import type { OutgoingInvite } from '../session.ts';
import { noTenant } from '../settings.ts';
import type { Flow } from '../transport/index.ts';
import { type Abilities, inviteHeaders } from './abilities.ts';
import { fromAddress, identityHeaders, requestUri, toAddress } from './identity.ts';
import type { SessionHost } from './session-host.ts';

/** IOS begins here. */
const firstSequence = 101;

/** The INVITE of a call of ours as it goes out, again and again if need be: what changes from one time to the next, and what stays. */
export class InviteRequest {
  readonly invite: OutgoingInvite;
  #uri: string;
  readonly #host: SessionHost;
  readonly #localTag: string;
  #callId = '';
  #from = '';
  #sequence = firstSequence;

  constructor(host: SessionHost, invite: OutgoingInvite) {
    this.#host = host;
    this.invite = invite;
    this.#uri = requestUri(invite);
    this.#localTag = host.tokens.tag();
  }

  get uri(): string {
    return this.#uri;
  }

  get callId(): string {
    return this.#callId;
  }

  get sequence(): number {
    return this.#sequence;
  }

  get abilities(): Abilities {
    return this.#host.abilitiesFor(this.tenant, this.invite.rel1xx);
  }

  get tenant(): number {
    return this.invite.tenant ?? noTenant;
  }

  /** How long it may stay unanswered. */
  get expiresMs(): number {
    return this.#host.expiresMs(this.tenant);
  }

  /** It goes once more, behind a request with number `last`. */
  next(last: number): void {
    this.#sequence = last + 1;
  }

  /** It goes elsewhere, as a 3xx said; To stays (RFC 3261 8.1.3.4). */
  redirect(uri: string): void {
    this.#uri = uri;
  }

  /** `interval`: header lines of the session interval, where another than the configured one is asked for. */
  fields(flow: Flow, body: string, interval: readonly string[] | undefined): RequestFields {
    const { invite } = this;
    const { abilities } = this;
    const { tokens } = this.#host;
    const maxForwards = this.#host.maxForwards(this.tenant);
    // Of one that is sent again they stay (RFC 3261 22.2).
    const own = invite.localName ?? flow.local.host;
    this.#callId ||= tokens.callId(own);
    this.#from ||= `${fromAddress(invite, own)};tag=${this.#localTag}`;
    return {
      method: 'INVITE',
      uri: this.uri,
      via: this.#host.viaFor(flow, tokens.branch()),
      maxForwards: Math.min(maxForwards, invite.maxForwards ?? maxForwards),
      from: this.#from,
      to: toAddress(invite),
      callId: this.#callId,
      cseqNumber: this.#sequence,
      contact: this.contactOn(flow),
      headers: [
        ...(interval === undefined ? abilities.inviteHeaders : inviteHeaders(abilities, interval)),
        `Expires: ${Math.ceil(this.expiresMs / 1000)}`,
        ...identityHeaders(invite, own, this.#host.settings(this.tenant)),
        ...(invite.referredBy === undefined ? [] : [`Referred-By: ${invite.referredBy}`]),
        ...(invite.replaces === undefined ? [] : [printReplaces(invite.replaces)]),
      ],
      ...(invite.routes === undefined ? {} : { routes: invite.routes }),
      body,
      contentType: 'application/sdp',
    };
  }

  contactOn(flow: Flow): string {
    const { scheme, calling, localName } = this.invite;
    return this.#host.contactFor(calling, scheme === 'sips' ? 'sips' : 'sip', flow, localName);
  }

  /** What a dialog is made of. `lastSequence`: of the last request in an early one. */
  sent(lastSequence: number): SentInvite {
    const cseqNumber = this.#sequence;
    return {
      callId: this.#callId,
      localTag: this.#localTag,
      from: this.#from,
      cseqNumber,
      lastSequence: Math.max(cseqNumber, lastSequence),
    };
  }
}

/** The branch in a Via value of our own. */
export function branchOf(fields: RequestFields): string {
  const start = fields.via.indexOf(';branch=') + 8;
  const end = fields.via.indexOf(';', start);
  return end < 0 ? fields.via.slice(start) : fields.via.slice(start, end);
}
