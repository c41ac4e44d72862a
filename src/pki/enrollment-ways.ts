import type { Clock, Files, HttpClient, Log, Random, RemoteFiles } from '../io/index.ts';
import type { AccountStore } from './acme/account-store.ts';
import { AcmeEnrollments } from './acme/acme-enrollments.ts';
import type { Challenges } from './acme/challenges.ts';
import { CarriedEnrollments } from './carried-enrollments.ts';
import { EnrollmentFiles } from './enrollment-files.ts';
import { Enrollments } from './enrollments.ts';
import { HttpEnrollments } from './http-enrollments.ts';
import type { KeyStore } from './key-store.ts';
import type { CryptoMessages, PkiMessages } from './messages.ts';
import { PendingEnrollments } from './pending-enrollments.ts';
import type { PasswordSeal } from './pending-request.ts';
import { ReceivedCertificates } from './received-certificates.ts';
import { RequestMaker } from './request-maker.ts';
import { ScepClient } from './scep/client.ts';
import { ScepEnrollments } from './scep-enrollments.ts';
import { SelfSigning } from './self-signing.ts';
import type { TrustpointSettings } from './settings.ts';
import { ShadowKeys } from './shadow-keys.ts';
import type { Trustpoints } from './trustpoints.ts';
import type { WorkQueue } from './work-queue.ts';

export interface EnrollmentWaysParts {
  readonly trustpoints: Trustpoints;
  readonly keys: KeyStore;
  readonly files: Files;
  readonly accounts: AccountStore;
  readonly challenges: Challenges;
  /** HTTP of a trustpoint, from the address it is to ask from. */
  readonly httpFor: (settings: TrustpointSettings) => HttpClient;
  /** Files of a trustpoint, likewise. */
  readonly filesFor: (settings: TrustpointSettings) => RemoteFiles;
  readonly seal: PasswordSeal;
  readonly queue: WorkQueue;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log<PkiMessages>;
  readonly cryptoLog: Log<CryptoMessages>;
  /** Who watches SCEP transactions. */
  readonly scepTopic: ConstructorParameters<typeof ScepClient>[2];
}

/** The ways by which a trustpoint comes to a certificate: over the network, carried by somebody, or by its own signature. */
export class EnrollmentWays {
  readonly network: Enrollments;
  readonly carried: CarriedEnrollments;
  readonly selfSigning: SelfSigning;
  readonly received: ReceivedCertificates;

  constructor(parts: EnrollmentWaysParts) {
    const { files, random, log, seal, scepTopic, httpFor } = parts;
    const passwordOf = ({ password, sealedPassword }: TrustpointSettings): string | undefined =>
      sealedPassword === undefined ? password : seal.open(sealedPassword);
    const shadows = new ShadowKeys(parts.keys, parts.trustpoints, log);
    const maker = new RequestMaker(parts);
    const enrollmentFiles = new EnrollmentFiles(parts.filesFor, log);
    const received = new ReceivedCertificates({ ...parts, shadows });
    const scep = new ScepEnrollments({
      ...parts,
      clientFor: (settings) => new ScepClient(httpFor(settings), random, scepTopic),
      pending: new PendingEnrollments(files, log),
      passwordOf,
      received: (name, what) => this.network.received(name, what),
    });
    this.received = received;
    this.selfSigning = new SelfSigning({ ...parts, maker, received });
    const acme = new AcmeEnrollments({ ...parts, received });
    const http = new HttpEnrollments({ ...parts, maker, received });
    const own = { shadows, maker, received, scep, acme, http, selfSigning: this.selfSigning, files: enrollmentFiles };
    this.network = new Enrollments({ ...parts, ...own, passwordOf });
    const cancel = (name: string): void => this.network.cancel(name);
    this.carried = new CarriedEnrollments({ ...parts, maker, files: enrollmentFiles, cancel });
  }
}
