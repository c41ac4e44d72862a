import { escapeUser, type RequestFields } from '../message/index.ts';
import type { RegistrarSettings } from '../settings.ts';
import { registerTarget } from './register-target.ts';

/** What the REGISTER requests of one registration have in common. */
export interface RegisterIdentity {
  readonly number: string;
  readonly registrar: RegistrarSettings;
  /** Ours: `ip domain name`; taken with `aor-domain`. */
  readonly domain: string | undefined;
  readonly callId: string;
  readonly fromTag: string;
}

/** What differs from one to the next. */
export interface RegisterAttempt {
  readonly via: string;
  readonly maxForwards: number;
  readonly cseqNumber: number;
  /** In angle brackets. */
  readonly contact: string;
  /** Where the registrar still thinks we are, and we are no longer. */
  readonly formerContact?: string | undefined;
  /** Has calls come on the connection that the request leaves by (RFC 5626 4.2). */
  readonly outbound?: { readonly instance: string; readonly regId: number } | undefined;
  /** 0 takes the registration back. */
  readonly expiresSeconds: number;
  /** Request-URI. */
  readonly uri: string;
  /** User-Agent and the like. */
  readonly headers: readonly string[];
}

/** RFC 3261 10.2; Path may be added on the way (RFC 3327). */
export function registerFields(identity: RegisterIdentity, attempt: RegisterAttempt): RequestFields {
  const { number, registrar, domain, callId, fromTag } = identity;
  const { uri, via, maxForwards, cseqNumber, contact, formerContact, expiresSeconds, outbound, headers } = attempt;
  const flow = outbound === undefined ? '' : `;reg-id=${outbound.regId};+sip.instance="<${outbound.instance}>"`;
  const host = registrarHost(registrar);
  const aorHost = registrar.aorDomain ? (domain ?? host) : host;
  const address = `<${registrar.scheme}:${escapeUser(number)}@${aorHost}>`;
  return {
    method: 'REGISTER',
    uri,
    via,
    maxForwards,
    from: `${address};tag=${fromTag}`,
    to: address,
    callId,
    cseqNumber,
    contact: `${contact};expires=${expiresSeconds}${flow}${formerContact === undefined ? '' : `, ${formerContact};expires=0`}`,
    headers: [
      `Expires: ${expiresSeconds}`,
      outbound === undefined ? 'Supported: path' : 'Supported: path, outbound',
      ...headers,
    ],
  };
}

function registrarHost({ target }: RegistrarSettings): string {
  const { host } = registerTarget(target);
  return host.includes(':') ? `[${host}]` : host;
}
