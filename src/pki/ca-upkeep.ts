import type { Clock, Log, Timer } from '../io/index.ts';
import type { CaArchive } from './ca-archive.ts';
import type { CaDatabase } from './ca-database.ts';
import type { CaEnrolment } from './ca-enrolment.ts';
import type { CaIdentity, CaPair } from './ca-identity.ts';
import type { RevocationList } from './ca-revocation.ts';
import type { CaRevoking } from './ca-revoking.ts';
import type { Certificate } from './certificate.ts';
import type { PkiTimer } from './face.ts';
import type { PkiMessages } from './messages.ts';
import { attempt, done, type Outcome, refused } from './outcome.ts';
import type { CaServerSettings } from './settings.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const retryMs = 60_000;

export interface CaUpkeepParts {
  readonly clock: Clock;
  readonly log: Log<PkiMessages>;
  readonly database: CaDatabase;
  readonly identity: CaIdentity;
  readonly list: RevocationList;
  readonly revoking: CaRevoking;
  readonly archive: CaArchive;
  readonly enrolment: CaEnrolment;
  readonly settings: () => CaServerSettings;
  /** What the server signs with; undefined while it does not run. */
  readonly running: () => CaPair | undefined;
  /** Does one thing after the other. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  /** Does what takes time when it is its turn in the room. */
  readonly queue: (work: () => Promise<void>) => void;
  /** The server has another certificate than the one it started with. */
  readonly changed: (certificate: Certificate) => void;
}

/** What time brings to a certificate server: its next pair, the change to it, the next CRL, the end of requests that waited. */
export class CaUpkeep {
  readonly #parts: CaUpkeepParts;
  #timer: Timer | undefined;

  constructor(parts: CaUpkeepParts) {
    this.#parts = parts;
  }

  attendInTurn(): void {
    const { queue, inTurn, database, log } = this.#parts;
    queue(async () => {
      const attended = await inTurn(() => attempt(async () => done(await this.attend())));
      if (!attended.ok) log('NVRAM_WRITE', { file: database.folder, reason: attended.reason });
      this.schedule();
    });
  }

  /** Rollover, CRL and waiting requests, each when it is due. Rejects when something could not be written. */
  async attend(): Promise<void> {
    const { identity, list, revoking, archive, enrolment, log, changed } = this.#parts;
    const pair = this.#parts.running();
    if (pair === undefined) return;
    const now = this.#parts.clock.now();
    if (await this.changeOver(pair)) {
      const { current } = identity;
      if (current !== undefined) {
        await revoking.issueCrl(current);
        changed(current.certificate);
      }
    }
    if (identity.next === undefined && now >= this.#rolloverAt) {
      const made = await this.makeNext();
      if (!made.ok) log('CS_FAULT', { server: this.#name, reason: made.reason });
    }
    if (now >= list.dueAt) await revoking.issueCrl(identity.current ?? pair);
    await archive.attend(identity.pairs, this.#parts.settings().archive);
    await enrolment.expire();
  }

  get #name(): string {
    return this.#parts.settings().name;
  }

  /** The next pair takes over when the current one's time is up. */
  async changeOver({ certificate }: CaPair): Promise<boolean> {
    const { identity, clock, log } = this.#parts;
    if (identity.next === undefined || clock.now() < certificate.notAfter) return false;
    const next = await identity.changeOver(this.#name);
    if (next !== undefined) log('CS_ROLLED_OVER', { server: this.#name });
    return next !== undefined;
  }

  /** When the pair that follows is to be made; never while that is not configured. */
  get #rolloverAt(): number {
    const { autoRolloverDays: days, mode } = this.#parts.settings();
    const pair = this.#parts.running();
    return days === undefined || pair === undefined || mode === 'sub-cs'
      ? Number.POSITIVE_INFINITY
      : pair.certificate.notAfter - days * dayMs;
  }

  /** Hourly at least: the clock of the host may be set, and timers of weeks do not exist. What failed is tried again later. */
  schedule(): void {
    this.#timer?.cancel();
    const { identity, list, clock } = this.#parts;
    const pair = this.#parts.running();
    if (pair === undefined) return;
    const now = clock.now();
    const ends = identity.next === undefined ? this.#rolloverAt : pair.certificate.notAfter;
    const due = Math.min(ends, list.dueAt);
    const wait = due <= now ? retryMs : Math.min(hourMs, due - now);
    this.#timer = clock.after(wait, () => this.attendInTurn());
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  async makeNext(): Promise<Outcome<void>> {
    const { identity, settings, running, log } = this.#parts;
    if (running() === undefined) return refused('the certificate server does not run');
    const made = await identity.prepareNext(settings());
    if (!made.ok) return made;
    log('CS_ROLLOVER_READY', { server: this.#name });
    this.schedule();
    return done(undefined);
  }

  async cancelNext(): Promise<Outcome<void>> {
    const isCancelled = await this.#parts.identity.cancelNext(this.#name);
    return isCancelled ? done(undefined) : refused('there is no rollover certificate');
  }

  timers(): readonly PkiTimer[] {
    const { identity, list } = this.#parts;
    const pair = this.#parts.running();
    if (pair === undefined) return [];
    const all: readonly [PkiTimer['kind'], number][] = [
      ['CS CRL UPDATE', list.dueAt],
      ['CS SHADOW CERT GENERATION', identity.next === undefined ? this.#rolloverAt : Number.POSITIVE_INFINITY],
      ['CS CERT EXPIRE', pair.certificate.notAfter],
    ];
    return all.filter(([, at]) => Number.isFinite(at)).map(([kind, at]) => ({ kind, subject: this.#name, at }));
  }
}
