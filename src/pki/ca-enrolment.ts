import type { KeyObject } from 'node:crypto';
import type { Clock, Log, Random } from '../io/index.ts';
import type { CaRequestReport, CaServerReport, ScepRequest, ScepResponse } from './authority-face.ts';
import type { CaDatabase } from './ca-database.ts';
import type { CaPair } from './ca-identity.ts';
import { ChallengePasswords } from './ca-passwords.ts';
import { digestsOf, type KeptRequest, RequestList } from './ca-requests.ts';
import type { RevocationList } from './ca-revocation.ts';
import { type Certificate, isSelfIssued } from './certificate.ts';
import type { PkiMessages } from './messages.ts';
import type { Outcome } from './outcome.ts';
import { isRegistrar } from './registrar.ts';
import type { ReadRequest } from './request.ts';
import { type AskedRequest, answerScep, type Decision } from './scep/server.ts';
import type { CaServerSettings } from './settings.ts';

const hourMs = 3_600_000;

export interface CaEnrolmentParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log<PkiMessages>;
  readonly database: CaDatabase;
  readonly revocations: RevocationList;
  readonly settings: () => CaServerSettings;
  /** Whether a trustpoint accepts who shows a certificate. */
  readonly vouch: (trustpoint: string, certificate: Certificate) => Promise<Outcome<void>>;
  /** Does one thing after the other. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  /** Signs a request; to be asked in turn. */
  readonly issue: (request: ReadRequest, forNext: boolean) => Promise<Outcome<Certificate>>;
}

/** Who asks a certificate server for certificates, and what becomes of it: by the granting mode, a password, or the operator. */
export class CaEnrolment {
  readonly #parts: CaEnrolmentParts;
  readonly #requests: RequestList;
  readonly #passwords = new ChallengePasswords();
  #refused = 0;

  constructor(parts: CaEnrolmentParts) {
    this.#parts = parts;
    this.#requests = new RequestList(parts.database, parts.log);
  }

  load(): Promise<void> {
    return this.#requests.load();
  }

  clear(): void {
    this.#requests.clear();
  }

  /** Requests that waited too long go. */
  expire(): Promise<void> {
    return this.#requests.expire(this.#parts.clock.now() - this.#parts.settings().lifetime.requestHours * hourMs);
  }

  scep(request: ScepRequest, pair: CaPair, next: CaPair | undefined): Promise<ScepResponse> {
    const source = request.source ?? 'unknown';
    const authority = {
      ...signerOf(pair),
      chain: pair.chain,
      next: next && signerOf(next),
      request: (asked: AskedRequest) => this.#parts.inTurn(() => this.#request(asked, source)),
      poll: (transactionId: string, publicKey: Buffer) => this.#poll(transactionId, publicKey),
      isRevoked: (serial: string) => this.#parts.revocations.find(Number.parseInt(serial, 16)) !== undefined,
      vouch: (certificate: Certificate) => {
        const { grantTrustpoint } = this.#parts.settings();
        return grantTrustpoint === undefined ? undefined : this.#parts.vouch(grantTrustpoint, certificate);
      },
      find: (serial: string) => this.#find(serial, pair),
      crl: () => this.#parts.revocations.crl?.der,
      now: () => this.#parts.clock.now(),
      refusedMessage: (reason: string) => void this.#refuse(reason),
    };
    return answerScep(request, authority, this.#parts.random);
  }

  #refuse(reason: string): Decision {
    this.#refused += 1;
    this.#parts.log('CS_REJECTED', { server: this.#parts.settings().name, reason });
    return { state: 'rejected', failure: 'badRequest' };
  }

  /**
   * The same request under the same transaction is the same question: it is answered, not issued again. Clients name a
   * transaction by their key or their request, so a name comes back: what is over is asked anew.
   */
  async #request(asked: AskedRequest, source: string): Promise<Decision> {
    const { request, transactionId, signerKey, forNext } = asked;
    const now = this.#parts.clock.now();
    const known = this.#requests.find(transactionId);
    if (known !== undefined && !isOver(known.decision, now)) {
      return known.digests.sha256 === digestsOf(request).sha256
        ? known.decision
        : { state: 'rejected', failure: 'badRequest' };
    }
    const isGranted = this.#isGranted(asked);
    // What proves itself by its certificate, or is granted anyway, is not asked for a password.
    const isAsked = asked.proof === 'key' && !isGranted;
    const password = isAsked ? this.#passwords.judge(request, source, now) : ({ verdict: 'none' } as const);
    if (password.verdict === 'wrong') return this.#refuse(password.reason);
    if (known !== undefined) await this.#requests.remove(known);
    const kept = await this.#requests.add({ transactionId, receivedAt: now, request, signerKey, forNext });
    if (!kept.ok) return this.#refuse(kept.reason);
    // A password is for a router: whoever shall be a CA, or speak to it for others, is looked at.
    if (isGranted || (password.verdict === 'right' && kindOf(request) === 'router')) await this.#grant(kept.value);
    return kept.value.decision;
  }

  /** Without a look of the operator's: another authority only when it renews what it was once given. */
  #isGranted({ request, proof }: AskedRequest): boolean {
    const { grant, grantsRollover, grantsRegistrarRollover } = this.#parts.settings();
    const kind = kindOf(request);
    if (kind === 'ca') return proof === 'renewal' && grantsRollover === true;
    if (kind === 'ra') return proof === 'renewal' && grantsRegistrarRollover === true;
    return grant === 'auto' || proof === 'trustpoint' || (grant === 'ra-auto' && proof === 'registrar');
  }

  /** The asker must hold the key that asked. */
  #poll(transactionId: string, publicKey: Buffer): Decision {
    const known = this.#requests.find(transactionId);
    return known?.signerKey.equals(publicKey) ? known.decision : { state: 'rejected', failure: 'badCertId' };
  }

  async #find(serial: string, { certificate }: CaPair): Promise<Certificate | undefined> {
    if (certificate.serial === serial && isSelfIssued(certificate)) return certificate;
    const granted = this.#requests.list().flatMap(({ decision }) => {
      return decision.state === 'granted' && decision.certificate.serial === serial ? [decision.certificate] : [];
    });
    return granted[0] ?? this.#parts.database.certificate(serial);
  }

  async #grant(kept: KeptRequest): Promise<void> {
    const issued = await this.#parts.issue(kept.request, kept.forNext);
    const granted = issued.ok && ({ state: 'granted', certificate: issued.value } as const);
    await this.#requests.decide(kept, granted || { state: 'rejected', failure: 'badRequest' });
  }

  // ---- the operator ----

  /** Resolves to how many pending requests were decided. */
  decide(id: number | 'all', verb: 'grant' | 'reject'): Promise<number> {
    return this.#parts.inTurn(async () => {
      // An authority is made by its number, not among all the others.
      const isMeant = ({ request }: KeptRequest): boolean =>
        verb === 'reject' || id !== 'all' || kindOf(request) === 'router';
      const pending = this.#requests.pending(id).filter(isMeant);
      for (const kept of pending) {
        if (verb === 'grant') await this.#grant(kept);
        else await this.#requests.decide(kept, { state: 'rejected', failure: 'badRequest' });
      }
      return pending.length;
    });
  }

  /** Takes requests off the list. A client that asks again asks anew. */
  remove(id: number | 'all'): Promise<number> {
    return this.#parts.inTurn(async () => {
      const chosen = this.#requests.list().filter((kept) => id === 'all' || kept.id === id);
      for (const kept of chosen) await this.#requests.remove(kept);
      return chosen.length;
    });
  }

  generatePassword(minutes: number): string {
    return this.#passwords.generate(this.#parts.random, this.#parts.clock.now(), minutes);
  }

  report(): { readonly requests: readonly KeptRequest[]; readonly refused: CaServerReport['refused'] } {
    const lockedOut = this.#passwords.lockedOut(this.#parts.clock.now());
    const refused = { messages: this.#refused, passwords: this.#passwords.refused, lockedOut };
    return { requests: this.#requests.list(), refused };
  }
}

/** Whose certificate a request asks for. */
export function kindOf({ isForCa, subject }: Pick<ReadRequest, 'isForCa' | 'subject'>): CaRequestReport['kind'] {
  if (isForCa) return 'ca';
  return isRegistrar(subject) ? 'ra' : 'router';
}

function signerOf({ certificate, key }: CaPair): { readonly certificate: Certificate; readonly key: KeyObject } {
  return { certificate, key: key.privateKey };
}

function isOver(decision: Decision, now: number): boolean {
  if (decision.state === 'granted') return decision.certificate.notAfter < now;
  return decision.state === 'rejected';
}
