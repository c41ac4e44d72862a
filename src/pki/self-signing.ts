import type { Clock, Log } from '../io/index.ts';
import { isSplitUsage } from './ca-identity.ts';
import { type Certificate, readCertificate } from './certificate.ts';
import { issueCertificate } from './issue.ts';
import type { KeyPair } from './key-pair.ts';
import type { PkiMessages } from './messages.ts';
import { done, type Outcome, refused } from './outcome.ts';
import type { ReceivedCertificates } from './received-certificates.ts';
import type { RequestMaker } from './request-maker.ts';
import { makeRenewalRequest, type RouterRequest } from './router-request.ts';
import type { TrustpointSettings } from './settings.ts';
import type { EnrollmentAnswers } from './trustpoint-face.ts';
import type { Trustpoints } from './trustpoints.ts';

const years = 10;
const dayMs = 86_400_000;

export interface SelfSigningParts {
  readonly trustpoints: Trustpoints;
  readonly maker: RequestMaker;
  readonly received: ReceivedCertificates;
  readonly clock: Clock;
  readonly log: Log<PkiMessages>;
}

/** Certificates that a trustpoint signs with its own key. */
export class SelfSigning {
  readonly #parts: SelfSigningParts;

  constructor(parts: SelfSigningParts) {
    this.#parts = parts;
  }

  async sign(name: string, answers: EnrollmentAnswers): Promise<Outcome<void>> {
    const { trustpoints, maker } = this.#parts;
    const settings = trustpoints.find(name);
    if (!settings.ok) return settings;
    const made = await maker.makeAll(settings.value, answers);
    return made.ok ? this.#storeAll(settings.value, made.value, 1) : made;
  }

  /** The same on `key`, for what the old certificate says. */
  renew(settings: TrustpointSettings, old: Certificate, key: KeyPair): Outcome<'granted' | 'failed'> {
    const { maker, received, log } = this.#parts;
    const made = makeRenewalRequest(settings, old, key, undefined);
    if (!made.ok) return made;
    const second = maker.second(made.value);
    if (second?.ok === false) return second;
    const stored = this.#storeAll(
      settings,
      second === undefined ? [made.value] : [made.value, second.value],
      serialAfter(old),
    );
    if (!stored.ok) return stored;
    log('NOCONFIGAUTOSAVE');
    received.settleKey(settings.name);
    return done('granted');
  }

  #storeAll(
    settings: TrustpointSettings,
    [first, second]: readonly [RouterRequest, RouterRequest?],
    serial: number,
  ): Outcome<void> {
    const stored = this.#store(settings, first, serial);
    return stored.ok && second !== undefined ? this.#store(settings, second, serial + 1) : stored;
  }

  #store(settings: TrustpointSettings, made: RouterRequest, serial: number): Outcome<void> {
    const read = readCertificate(selfSigned(made, settings, this.#parts.clock.now(), serial));
    if (!read.ok) return refused(read.reason);
    return this.#parts.trustpoints.setIdentity(settings.name, read.value, 'self-signed');
  }
}

/** The number behind that of an old certificate, small as self-signed ones are. */
function serialAfter({ serial }: Certificate): number {
  const number = Number.parseInt(serial, 16) + 1;
  return Number.isSafeInteger(number) ? number : 1;
}

function selfSigned(
  { request, privateKey }: RouterRequest,
  { hash }: TrustpointSettings,
  now: number,
  serial: number,
): Buffer {
  return issueCertificate({
    serial,
    subject: request.subjectName,
    publicKey: request.publicKeyDer,
    issuer: { name: request.subjectName, privateKey, publicKey: request.publicKeyDer },
    notBefore: now,
    notAfter: now + years * 365 * dayMs,
    hash: hash ?? 'sha256',
    kind: 'router',
    ...(isSplitUsage(request.keyUsage) && { keyUsage: request.keyUsage }),
    alternativeNames: request.alternativeNames,
  });
}
