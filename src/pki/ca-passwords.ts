import { createHash, timingSafeEqual } from 'node:crypto';
import type { Random } from '../io/index.ts';

const passwordBytes = 8;
const minuteMs = 60_000;
/** Wrong passwords from one source before it must wait. */
const mostWrong = 5;
const waitMs = 15 * minuteMs;
/** Wrong passwords from all sources together that use a password up. */
const mostWrongInAll = 50;
const mostSources = 1000;

/** What a request shows of itself. */
export interface Challenged {
  readonly challengePassword: string | undefined;
  readonly der: Buffer;
}

/** `none`: the request says nothing about a one-time password, and the granting mode decides. */
export type PasswordVerdict =
  | { readonly verdict: 'none' | 'right' }
  | { readonly verdict: 'wrong'; readonly reason: string };

interface OneTime {
  readonly digest: Buffer;
  readonly until: number;
  wrong: number;
  /** The request that used it. */
  usedBy?: Buffer;
}

interface Source {
  wrong: number;
  /** Milliseconds since the epoch of the last wrong one. */
  at: number;
}

/**
 * One-time challenge passwords. One is valid at a time; the first request that shows it takes it, with its subject and key,
 * and no other can. Guesses are counted by source, and a source that guesses is not listened to for a while.
 */
export class ChallengePasswords {
  readonly #sources = new Map<string, Source>();
  #current: OneTime | undefined;
  /** Wrong passwords seen, for the operator. */
  refused = 0;

  /** A new password; the one before it is no longer valid. Kept as a digest only, in memory only. */
  generate(random: Random, now: number, minutes: number): string {
    const password = random.bytes(passwordBytes).toString('hex').toUpperCase();
    this.#current = { digest: digestOf(password), until: now + minutes * minuteMs, wrong: 0 };
    return password;
  }

  judge(request: Challenged, source: string, now: number): PasswordVerdict {
    const current = this.#current;
    if (current === undefined || now >= current.until || request.challengePassword === undefined) {
      return { verdict: 'none' };
    }
    if (this.#mustWait(source, now)) return this.#refuse(`too many wrong passwords from ${source}`);
    const fits = timingSafeEqual(digestOf(request.challengePassword), current.digest);
    // Once it is used there is nothing to guess: other challenges are the operator's matter again.
    if (!fits && current.usedBy !== undefined) return { verdict: 'none' };
    if (!fits) return this.#wrong(current, source, now, 'wrong one-time password');
    const asking = createHash('sha256').update(request.der).digest();
    if (current.usedBy !== undefined && !current.usedBy.equals(asking)) {
      return this.#wrong(current, source, now, 'the one-time password was used by another request');
    }
    current.usedBy = asking;
    return { verdict: 'right' };
  }

  /** Sources that must wait. */
  lockedOut(now: number): number {
    return [...this.#sources.keys()].filter((source) => this.#mustWait(source, now)).length;
  }

  #mustWait(source: string, now: number): boolean {
    const seen = this.#sources.get(source);
    return seen !== undefined && seen.wrong >= mostWrong && now < seen.at + waitMs;
  }

  #wrong(current: OneTime, source: string, now: number, reason: string): PasswordVerdict {
    current.wrong += 1;
    if (current.wrong >= mostWrongInAll) this.#current = undefined;
    const seen = this.#sources.get(source);
    const wrong = seen === undefined || now >= seen.at + waitMs ? 1 : seen.wrong + 1;
    this.#sources.delete(source);
    this.#sources.set(source, { wrong, at: now });
    for (const oldest of this.#sources.keys()) {
      if (this.#sources.size <= mostSources) break;
      this.#sources.delete(oldest);
    }
    return this.#refuse(`${reason}, from ${source}`);
  }

  #refuse(reason: string): PasswordVerdict {
    this.refused += 1;
    return { verdict: 'wrong', reason };
  }
}

function digestOf(password: string): Buffer {
  return createHash('sha256').update(password).digest();
}
