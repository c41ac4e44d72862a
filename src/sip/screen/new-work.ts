/** The share of new work is looked at so often, while there is any. */
const windowMs = 100;
/** What a program waits by the way while there is always something to do adds up to less in that time. */
const restMs = 1;
/** One long piece of work fills a window, or ends in the next. After so many without a rest, what is read has waited for long. */
const busyWindows = 3;
/** Fast down and slowly up again; never to nothing, for turning work away is work too and might be all that is done then. */
const less = 0.7;
const more = 0.1;
const least = 0.05;
/** So few in a window are not what there is too much of: somebody else's flood must not cost them. */
const always = 2;

/**
 * How much of the new work is begun. When there is more to do than can be done, requests wait until they are repeated, and
 * repetitions are work too, until hardly anything else is done; so part of the new work is turned away, more and more of it until
 * there are rests again. Pure: monotonic milliseconds in, and how many of them the program has waited for something to do.
 */
export class NewWork {
  #share = 1;
  #credit = 0;
  #begun = 0;
  #busy = 0;
  #since = 0;
  #waitedMs = 0;

  /** Whether one more is begun. */
  take(now: number, waitedMs: number): boolean {
    if (now - this.#since >= windowMs) this.#judge(now, waitedMs);
    this.#credit += this.#share;
    if (this.#credit < 1 && this.#begun >= always) return false;
    this.#credit = Math.max(0, this.#credit - 1);
    this.#begun++;
    return true;
  }

  #judge(now: number, waitedMs: number): void {
    const hasRested = waitedMs - this.#waitedMs >= restMs;
    this.#busy = hasRested ? 0 : this.#busy + 1;
    // A window without new work is one without it being too much.
    if (hasRested) this.#share = Math.min(1, this.#share + more * Math.floor((now - this.#since) / windowMs));
    else if (this.#busy >= busyWindows) this.#share = Math.max(least, this.#share * less);
    this.#begun = 0;
    this.#since = now;
    this.#waitedMs = waitedMs;
  }
}
