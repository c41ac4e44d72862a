import { type Certificate, isIssuedBy } from './certificate.ts';
import type { EnrollmentFiles } from './enrollment-files.ts';
import type { KeyStore } from './key-store.ts';
import { done, type Outcome, refused } from './outcome.ts';
import { readPastedCertificates } from './paste.ts';
import type { RequestMaker } from './request-maker.ts';
import type { EnrollmentAnswers, RequestsToCarry } from './trustpoint-face.ts';
import type { Trustpoints } from './trustpoints.ts';

export interface CarriedEnrollmentsParts {
  readonly trustpoints: Trustpoints;
  readonly keys: KeyStore;
  readonly maker: RequestMaker;
  readonly files: EnrollmentFiles;
  /** Ends what goes on over the network: the certificate came another way. */
  readonly cancel: (name: string) => void;
}

/** Enrolments where somebody carries the request to the CA and the certificate back: at the terminal, or in files. */
export class CarriedEnrollments {
  readonly #parts: CarriedEnrollmentsParts;

  constructor(parts: CarriedEnrollmentsParts) {
    this.#parts = parts;
  }

  async requests(name: string, answers: EnrollmentAnswers): Promise<Outcome<RequestsToCarry>> {
    const { trustpoints, maker } = this.#parts;
    const settings = trustpoints.find(name);
    const made = settings.ok ? await maker.makeAll(settings.value, answers) : settings;
    if (!made.ok) return made;
    const [first, second] = made.value;
    return done({ request: first.request.der, ...(second !== undefined && { encryption: second.request.der }) });
  }

  /** Writes them where the enrolment URL says. */
  async writeRequests(name: string, answers: EnrollmentAnswers, router: string): Promise<Outcome<void>> {
    const settings = this.#parts.trustpoints.find(name);
    const made = settings.ok ? await this.requests(name, answers) : settings;
    if (!settings.ok || !made.ok) return made.ok ? done(undefined) : made;
    return this.#parts.files.writeRequests(settings.value, router, made.value);
  }

  /** Reads from there what was issued, and stores it: where two usage keys ask, the certificates that are there by now. */
  async importFromFile(name: string, router: string): Promise<Outcome<void>> {
    const { trustpoints, keys, files } = this.#parts;
    const settings = trustpoints.find(name);
    if (!settings.ok) return settings;
    const key = trustpoints.configuredKey(settings.value) ?? keys.find(router);
    const isSplit = key !== undefined && keys.encryptionBeside(key) !== undefined;
    const read = await files.readCertificates(settings.value, router, isSplit);
    if (!read.ok) return read;
    let imported: Outcome<void> = refused('there is no certificate');
    for (const certificates of read.value) {
      imported = this.#import(name, certificates);
      if (!imported.ok) return imported;
    }
    return imported;
  }

  importPasted(name: string, text: string): Outcome<void> {
    const read = readPastedCertificates(text);
    return read.ok ? this.#import(name, read.value) : read;
  }

  #import(name: string, certificates: readonly Certificate[]): Outcome<void> {
    const { trustpoints, keys, cancel } = this.#parts;
    const settings = trustpoints.find(name);
    if (!settings.ok) return settings;
    const { ca, others } = trustpoints.chain(name);
    if (ca === undefined) return refused('the certificate authority is not authenticated');
    const ours = certificates.find((one) => keys.withPublicKey(one.publicKeyDer) !== undefined);
    if (ours === undefined) return refused('the certificate carries none of our keys');
    if (![ca, ...others].some((authority) => isIssuedBy(ours, authority))) {
      return refused('the certificate is not issued by the authenticated CA');
    }
    cancel(name);
    return trustpoints.setIdentity(name, ours, 'identity');
  }
}
