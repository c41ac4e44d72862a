/** RFC 5626 4.4.1: a keepalive after 80 to 100 percent of two minutes, each connection at its own time; a pong within ten seconds. */
const usualMs = 120_000;
const pongMs = 10_000;
/** How late the sweep that asks may be. */
const sweepMs = 5000;

/** When a connection of ours must be kept alive by a double CRLF, and when its peer is gone since none is answered. */
export class Keepalive {
  readonly #share: number;
  #pingedAt = 0;
  /** The peer answers keepalives, or has said that it does: only then silence means anything. */
  #isAnswered = false;
  #isPongDue = false;
  /** What a registrar demanded (Flow-Timer). */
  #demandedMs: number | undefined;

  /** `id`: connections that were made at once take different times by it. */
  constructor(id: number) {
    this.#share = 0.8 + ((id * 37) % 100) / 500;
  }

  /** Anything came. */
  heard(): void {
    this.#isPongDue = false;
  }

  ponged(): void {
    this.#isAnswered = true;
  }

  /** The peer has promised to answer, and wants one at least so often (RFC 5626 5.4): other traffic does not stand for it then. */
  demanded(seconds: number | undefined): void {
    this.#isAnswered = true;
    this.#demandedMs = seconds === undefined ? undefined : seconds * 1000;
  }

  isDead(now: number): boolean {
    return this.#isPongDue && now - this.#pingedAt >= pongMs;
  }

  /** Whether one is to be sent now; it counts as sent then. `usedAt`: of the last message. */
  isDue(now: number, usedAt: number): boolean {
    const demanded = this.#demandedMs;
    const isDue =
      demanded === undefined
        ? now - Math.max(usedAt, this.#pingedAt) >= usualMs * this.#share
        : now - this.#pingedAt >= Math.min(demanded, usualMs) * this.#share - sweepMs;
    if (!isDue) return false;
    this.#pingedAt = now;
    this.#isPongDue = this.#isAnswered;
    return true;
  }
}
