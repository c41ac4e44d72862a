/** A session that a server gave us, and what it had proved then. */
export interface KeptSession {
  /** OpenSSL's own form, with the secrets of the session. */
  readonly data: Buffer;
  /** The server's chain: the session itself holds the leaf alone. */
  readonly chain: readonly Buffer[];
  /** TLS 1.3: a ticket shown twice would tell whoever listens that it is the same client (RFC 8446 C.4). */
  readonly isForOneUse: boolean;
  /** Monotonic milliseconds. */
  readonly since: number;
}

const lifetimeMs = 3_600_000;
const targetsAtMost = 1024;
/** A server gives two at the end of a TLS 1.3 handshake. */
const perTarget = 2;

/** Sessions to resume as client, by target: address, port, name, credentials and policy. In memory only. */
export class ClientSessions {
  readonly #targets = new Map<string, readonly KeptSession[]>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  put(target: string, session: KeptSession): void {
    const others = session.isForOneUse ? this.#fresh(target) : [];
    this.#targets.delete(target);
    this.#targets.set(target, [...others, session].slice(-perTarget));
    for (const oldest of this.#targets.keys()) {
      if (this.#targets.size <= targetsAtMost) return;
      this.#targets.delete(oldest);
    }
  }

  /** The newest; it is no longer here then. */
  take(target: string): KeptSession | undefined {
    const sessions = this.#fresh(target);
    this.#targets.delete(target);
    if (sessions.length > 1) this.#targets.set(target, sessions.slice(0, -1));
    return sessions.at(-1);
  }

  forget(target: string): void {
    this.#targets.delete(target);
  }

  clear(): void {
    this.#targets.clear();
  }

  get size(): number {
    return this.#targets.size;
  }

  #fresh(target: string): readonly KeptSession[] {
    return (this.#targets.get(target) ?? []).filter(({ since }) => this.#now() - since < lifetimeMs);
  }
}
