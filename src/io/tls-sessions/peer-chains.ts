import { createHash } from 'node:crypto';

const bytesAtMost = 4 * 1024 * 1024;

/**
 * The chains that peers showed in full handshakes, by their leaf. A ticket holds the leaf alone, and a chain is judged at every
 * connection, so what was shown with it is remembered here for as long as the ticket can be used.
 */
export class PeerChains {
  readonly #chains = new Map<string, readonly Buffer[]>();
  #bytes = 0;

  /** False: they take too much room. Tickets of peers that are not remembered must not be honoured. */
  remember(chain: readonly Buffer[]): boolean {
    const [leaf] = chain;
    if (leaf === undefined || chain.length === 1) return true;
    const name = nameOf(leaf);
    if (this.#chains.has(name)) return true;
    this.#bytes += chain.reduce((sum, { length }) => sum + length, 0);
    this.#chains.set(name, chain);
    return this.#bytes <= bytesAtMost;
  }

  /** With what a leaf was shown; nothing is remembered of one that was shown alone. */
  of(leaf: Buffer): readonly Buffer[] {
    return this.#chains.get(nameOf(leaf)) ?? [leaf];
  }
}

function nameOf(leaf: Buffer): string {
  return createHash('sha256').update(leaf).digest('base64');
}
