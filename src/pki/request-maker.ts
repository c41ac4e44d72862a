import type { Log } from '../io/index.ts';
import type { KeyStore } from './key-store.ts';
import type { CryptoMessages } from './messages.ts';
import { done, type Outcome } from './outcome.ts';
import { makeRouterRequest, type RouterRequest, requestForEncryption } from './router-request.ts';
import type { HashName, TrustpointSettings } from './settings.ts';
import type { EnrollmentAnswers } from './trustpoint-face.ts';
import type { Trustpoints } from './trustpoints.ts';

export interface RequestMakerParts {
  readonly trustpoints: Trustpoints;
  readonly keys: KeyStore;
  readonly cryptoLog: Log<CryptoMessages>;
}

/** Makes the requests of trustpoints: of the subordinate CA where that has the trustpoint's name, else of the router. */
export class RequestMaker {
  readonly #parts: RequestMakerParts;

  constructor(parts: RequestMakerParts) {
    this.#parts = parts;
  }

  make(settings: TrustpointSettings, answers: EnrollmentAnswers, hash?: HashName): Promise<Outcome<RouterRequest>> {
    const { trustpoints, keys, cryptoLog } = this.#parts;
    const server = trustpoints.settings.servers.get(settings.name);
    const authority = server?.mode === 'sub-cs' && { authorityName: server.issuerName ?? `cn=${server.name}` };
    return makeRouterRequest(settings, { ...answers, ...authority }, keys, cryptoLog, hash);
  }

  /** One, or the two of usage keys: that which signs first. */
  async makeAll(
    settings: TrustpointSettings,
    answers: EnrollmentAnswers,
  ): Promise<Outcome<readonly [RouterRequest, RouterRequest?]>> {
    const first = await this.make(settings, answers);
    if (!first.ok) return first;
    const second = this.second(first.value);
    if (second === undefined) return done([first.value]);
    return second.ok ? done([first.value, second.value]) : second;
  }

  /** The request that goes with one: the same for the encryption key beside its key. Undefined where there is none. */
  second({ request }: Pick<RouterRequest, 'request'>, challengePassword?: string): Outcome<RouterRequest> | undefined {
    const { keys } = this.#parts;
    const first = keys.withPublicKey(request.publicKeyDer);
    const key = first && keys.encryptionBeside(first);
    return key && requestForEncryption(request, key, request.challengePassword ?? challengePassword);
  }
}
