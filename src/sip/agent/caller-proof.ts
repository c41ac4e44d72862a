import type { Address } from '../../io/index.ts';
import type { Proof } from '../auth/index.ts';
import type { SipRequest } from '../message/index.ts';
import type { AuthenticationEntry } from '../settings.ts';
import type { SessionHost } from './session-host.ts';

/** What an INVITE proves of who calls, to those who take calls only from the one or the other (RFC 8760). */
export class CallerProof {
  readonly #host: SessionHost;
  readonly #request: SipRequest;
  readonly #source: Address;

  constructor(host: SessionHost, request: SipRequest, source: Address) {
    this.#host = host;
    this.#request = request;
    this.#source = source;
  }

  judge(entries: readonly AuthenticationEntry[]): Proof {
    const { uri, method, parsedUri } = this.#request;
    const asked = {
      method,
      uri,
      user: parsedUri.user,
      authorizations: this.#request.headers('Authorization'),
      source: this.#source.host,
    };
    return this.#host.challenger.judge(asked, entries, this.#host.now());
  }

  /** Header lines that ask for a proof. */
  challenges(entries: readonly AuthenticationEntry[], isStale: boolean): readonly string[] {
    const { challenger } = this.#host;
    const realms = new Set(entries.flatMap(({ realm }) => realm ?? []));
    return [...realms].flatMap((realm) => challenger.challenge(realm, this.#source.host, this.#host.now(), isStale));
  }
}
