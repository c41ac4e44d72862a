import type { Log } from '../io/index.ts';
import { type CaDatabase, revokedFile } from './ca-database.ts';
import { issueCrl, type RevocationReason, type RevokedEntry, revocationReasons } from './crl-issue.ts';
import type { Issuer } from './issue.ts';
import type { PkiMessages } from './messages.ts';
import type { OcspStatus } from './ocsp-answer.ts';
import { attempt, done, type Outcome, reasonOf, refused } from './outcome.ts';
import { readCrl } from './revocation/crl.ts';
import type { HashName } from './settings.ts';

const mostRevoked = 10_000;
const hourMs = 3_600_000;

/** A certificate revoked, and until when it would be valid: it must stay on the list that long (RFC 5280 3.3). */
export interface Revocation extends RevokedEntry {
  readonly until: number;
}

interface State {
  readonly number: number;
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  readonly revoked: readonly Revocation[];
}

export interface CrlTerms {
  readonly issuer: Issuer;
  readonly hash: HashName;
  readonly lifetimeHours: number;
  readonly now: number;
}

export interface Crl extends State {
  readonly der: Buffer;
}

/**
 * The certificates a CA has revoked, and its CRL. What is revoked and the number of the list are one file, written before
 * the list is given to anybody: numbers only grow, and no list goes back behind one that was seen.
 */
export class RevocationList {
  readonly #database: CaDatabase;
  readonly #log: Log<PkiMessages>;
  readonly #copy: string;
  readonly #issued: () => void;
  #state: State = { number: 0, thisUpdate: 0, nextUpdate: 0, revoked: [] };
  #der: Buffer | undefined;

  /** `name`: the list is also kept as NAME.crl, for those who publish it elsewhere. `issued`: there is a new list. */
  constructor(database: CaDatabase, name: string, log: Log<PkiMessages>, issued: () => void = () => undefined) {
    this.#issued = issued;
    this.#database = database;
    this.#log = log;
    this.#copy = `${encodeURIComponent(name)}.crl`;
  }

  /**
   * What cannot be read is a fault, and so is a file that is missing or older than the list made of it: a CA that forgot
   * what it revoked must not run. Only one that has issued nothing begins with an empty list. To be called when the last
   * serial number is known.
   */
  load(): Promise<Outcome<void>> {
    return attempt(async () => {
      const file = `${this.#database.folder}/${revokedFile}`;
      const content = await this.#database.read(revokedFile);
      const published = await this.#publishedNumber();
      if (content === undefined) {
        const isNew = published === undefined && !(await this.#database.hasIssued());
        return isNew ? done(undefined) : refused(`${file} is missing`);
      }
      const state = parseState(content.toString('utf8'));
      if (state === undefined) return refused(`${file} is damaged`);
      if (published !== undefined && published > state.number) {
        return refused(`${file} is older than ${this.#copy}: it has number ${state.number}, the CRL ${published}`);
      }
      this.#state = state;
      return done(undefined);
    });
  }

  /** The number of the last list in its file. Undefined without one: a copy that is damaged is made anew. */
  async #publishedNumber(): Promise<bigint | undefined> {
    const der = await this.#database.readKind('crl', this.#copy);
    const read = der && readCrl(der);
    return read?.ok ? read.value.number : undefined;
  }

  /** The list in force, undefined before the first. */
  get crl(): Crl | undefined {
    return this.#der && { ...this.#state, der: this.#der };
  }

  find(serial: number): Revocation | undefined {
    return this.#state.revoked.find((one) => one.serial === serial);
  }

  /** What OCSP says of a number, as certificates show it, when `first` to `last` were given. */
  statusOf(serial: string, first: number, last: number): OcspStatus {
    const number = serial.length <= 14 ? Number.parseInt(serial, 16) : Number.NaN;
    if (!(number >= first && number <= last)) return { state: 'unknown' };
    const entry = this.find(number);
    return entry === undefined ? { state: 'good' } : { state: 'revoked', entry };
  }

  /** Makes the next list. Rejects when its number cannot be made to last; the list before it stays in force then. */
  issue(terms: CrlTerms): Promise<void> {
    return this.#issue(this.#state.revoked, terms);
  }

  /** Revokes and makes the next list. */
  async revoke(revocation: Revocation, terms: CrlTerms): Promise<Outcome<void>> {
    if (this.find(revocation.serial) !== undefined) return refused('the certificate is revoked already');
    if (this.#state.revoked.length >= mostRevoked) return refused(`${mostRevoked} certificates are revoked already`);
    return attempt(async () => done(await this.#issue([...this.#state.revoked, revocation], terms)));
  }

  /** Takes a revocation back and makes the next list. */
  async unrevoke(serial: number, terms: CrlTerms): Promise<Outcome<void>> {
    if (this.find(serial) === undefined) return refused('the certificate is not revoked');
    const left = this.#state.revoked.filter((one) => one.serial !== serial);
    return attempt(async () => done(await this.#issue(left, terms)));
  }

  /** Makes the next list, without what expired and stood on a list since. Resolves to how many went. */
  async trim(terms: CrlTerms): Promise<Outcome<number>> {
    const before = this.#state.revoked.length;
    return attempt(async () => {
      await this.issue(terms);
      return done(before - this.#state.revoked.length);
    });
  }

  async #issue(revoked: readonly Revocation[], { issuer, hash, lifetimeHours, now }: CrlTerms): Promise<void> {
    // An entry goes once it has stood on a list made after its certificate's time.
    const entries = revoked.filter(({ until }) => until >= this.#state.thisUpdate);
    const state: State = {
      number: this.#state.number + 1,
      thisUpdate: now,
      nextUpdate: now + lifetimeHours * hourMs,
      revoked: entries,
    };
    const der = issueCrl({ issuer, hash, entries, ...state });
    await this.#database.write(revokedFile, `${JSON.stringify(state)}\n`);
    this.#state = state;
    this.#der = der;
    this.#issued();
    await this.#saveCopy(der);
  }

  /** The list in force as a file of its own. It is in force whether that works or not. */
  async #saveCopy(der: Buffer): Promise<void> {
    try {
      await this.#database.writeKind('crl', this.#copy, der);
    } catch (error) {
      this.#log('NVRAM_WRITE', { file: `${this.#database.folder}/${this.#copy}`, reason: reasonOf(error) });
    }
  }

  /** When the next list is to be made: a tenth of its life before it ends. */
  get dueAt(): number {
    const { thisUpdate, nextUpdate } = this.#state;
    return nextUpdate - (nextUpdate - thisUpdate) / 10;
  }
}

/** Total; undefined for anything but what was written. */
function parseState(text: string): State | undefined {
  try {
    const state: unknown = JSON.parse(text);
    return isState(state) ? state : undefined;
  } catch {
    return undefined;
  }
}

function isState(value: unknown): value is State {
  if (typeof value !== 'object' || value === null) return false;
  const { number, thisUpdate, nextUpdate, revoked } = value as Partial<Record<keyof State, unknown>>;
  const numbers = [number, thisUpdate, nextUpdate].every(isTime);
  return numbers && Array.isArray(revoked) && revoked.length <= mostRevoked && revoked.every(isRevocation);
}

function isRevocation(value: unknown): value is Revocation {
  if (typeof value !== 'object' || value === null) return false;
  const { serial, at, until, reason } = value as Partial<Record<keyof Revocation, unknown>>;
  return [serial, at, until].every(isTime) && typeof reason === 'string' && isReason(reason);
}

function isReason(reason: string): reason is RevocationReason {
  return Object.hasOwn(revocationReasons, reason);
}

function isTime(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
