import type { Clock, Log } from '../io/index.ts';
import type { CaDatabase } from './ca-database.ts';
import { type CaIdentity, type CaPair, issuerOfPair } from './ca-identity.ts';
import type { CrlTerms, RevocationList } from './ca-revocation.ts';
import { isSelfIssued } from './certificate.ts';
import type { RevocationReason } from './crl-issue.ts';
import { serialHex } from './issue.ts';
import type { PkiMessages } from './messages.ts';
import type { OcspResponder, OcspStatus } from './ocsp-answer.ts';
import { type Outcome, refused } from './outcome.ts';
import type { CaServerSettings } from './settings.ts';

export interface CaRevokingParts {
  readonly database: CaDatabase;
  readonly identity: CaIdentity;
  readonly list: RevocationList;
  readonly clock: Clock;
  readonly log: Log<PkiMessages>;
  readonly settings: () => CaServerSettings;
}

/** What a CA revokes at its operator's word, and how that is told: by CRL and by OCSP. To be asked in turn, with the pair in force. */
export class CaRevoking {
  readonly #parts: CaRevokingParts;

  constructor(parts: CaRevokingParts) {
    this.#parts = parts;
  }

  /** The CRL that says so is out when this resolves. */
  async revoke(pair: CaPair, serial: number, reason: RevocationReason): Promise<Outcome<void>> {
    const { database, identity, list, clock, log } = this.#parts;
    if (serial < 1 || serial > database.lastSerial) return refused('no certificate of that number was issued');
    const own = [pair, identity.next].filter((one) => one !== undefined && isSelfIssued(one.certificate));
    if (own.some((one) => one?.certificate.serial === serialHex(serial))) {
      return refused('that is a certificate of the CA itself');
    }
    const record = await database.issued(serial);
    const last = (identity.next ?? pair).certificate.notAfter;
    const revocation = { serial, reason, at: clock.now(), until: record?.notAfter ?? last };
    const revoked = await list.revoke(revocation, this.#terms(pair));
    if (revoked.ok) log('CS_REVOKED', { server: this.#name, serial: serialHex(serial), reason });
    return revoked;
  }

  /** The CRL without it is out when this resolves. */
  async unrevoke(pair: CaPair, serial: number): Promise<Outcome<void>> {
    const taken = await this.#parts.list.unrevoke(serial, this.#terms(pair));
    if (taken.ok) this.#parts.log('CS_UNREVOKED', { server: this.#name, serial: serialHex(serial) });
    return taken;
  }

  /** A new CRL without what need not stand on it any more. Resolves to how many entries went. */
  trim(pair: CaPair): Promise<Outcome<number>> {
    return this.#parts.list.trim(this.#terms(pair));
  }

  issueCrl(pair: CaPair): Promise<void> {
    return this.#parts.list.issue(this.#terms(pair));
  }

  /** Who answers OCSP. Numbers before a root's own are those of the CA it followed. */
  responder({ certificate, key }: CaPair): OcspResponder {
    const { list, database } = this.#parts;
    const first = isSelfIssued(certificate) ? Number.parseInt(certificate.serial, 16) : 1;
    const statusOf = (serial: string): OcspStatus => list.statusOf(serial, first, database.lastSerial);
    return { certificate, key: key.privateKey, hash: this.#parts.settings().hash, statusOf };
  }

  #terms(pair: CaPair): CrlTerms {
    const { hash, lifetime } = this.#parts.settings();
    return { issuer: issuerOfPair(pair), hash, lifetimeHours: lifetime.crlHours, now: this.#parts.clock.now() };
  }

  get #name(): string {
    return this.#parts.settings().name;
  }
}
