import type { ArrivalUri } from '../sip/session.ts';
import type { DialPeer, UriClass } from './settings.ts';
import { matchUri } from './uri-class.ts';

/** Dial peers by the `voice class uri` they name. A class that many peers name is looked at once. */
export class UriIndex {
  readonly #peers = new Map<string, Set<DialPeer>>();

  add(name: string, peer: DialPeer): void {
    const peers = this.#peers.get(name);
    if (peers === undefined) this.#peers.set(name, new Set([peer]));
    else peers.add(peer);
  }

  remove(name: string, peer: DialPeer): void {
    const peers = this.#peers.get(name);
    if (peers?.delete(peer) === true && peers.size === 0) this.#peers.delete(name);
  }

  get isEmpty(): boolean {
    return this.#peers.size === 0;
  }

  /** Tells every peer whose class fits the URI, and how many characters of it the class describes. */
  find(
    uri: ArrivalUri | undefined,
    classes: ReadonlyMap<string, UriClass>,
    found: (peer: DialPeer, described: number) => void,
  ): void {
    if (uri === undefined) return;
    for (const [name, peers] of this.#peers) {
      const uriClass = classes.get(name);
      const described = uriClass && matchUri(uriClass, uri);
      if (described !== undefined) for (const peer of peers) found(peer, described);
    }
  }
}
