import type { Place } from '../agent/redirection.ts';
import type { ChallengeAnswer, DigestClient, DigestedRequest } from '../auth/index.ts';
import type { SipResponse } from '../message/index.ts';
import { isOfRegistrar } from './register-place.ts';
import { credentialFor, type WantedRegistration } from './wanted-registration.ts';

/**
 * What a registration proves, and to whom: the registrar that is configured has its credentials, and nobody it sends us on to, whom
 * nobody here has chosen.
 */
export class RegisterProof {
  readonly #digest: DigestClient;

  constructor(digest: DigestClient) {
    this.#digest = digest;
  }

  /** A new turn: each realm may challenge again. */
  begin(): void {
    this.#digest.begin();
  }

  /** Takes a 401 or 407 that came from a place. */
  answer(response: SipResponse, place: Place, wanted: WantedRegistration): ChallengeAnswer {
    if (!isOfRegistrar(place, wanted.registrar))
      return { kind: 'refused', reason: 'nothing is proved where the registrar sends us on to' };
    return this.#digest.challenged(response, (realm) => credentialFor(wanted, realm));
  }

  /** Header lines of a request to a place. */
  headers(request: DigestedRequest, place: Place, { registrar }: WantedRegistration): readonly string[] {
    return isOfRegistrar(place, registrar) ? this.#digest.headers(request) : [];
  }
}
