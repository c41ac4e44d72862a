import type { Address } from '../network.ts';
import type { TlsPeer } from '../tls.ts';
import type { ClientSessions } from './client-sessions.ts';
import type { Secured, SecuredContexts } from './secured-contexts.ts';

/** What one connection has to do with the sessions before it and after it. */
export interface Resumption {
  /** The session to be resumed. */
  readonly session?: Buffer | undefined;
  /** The chain to be judged: as shown now, or as shown when the session began. */
  chainOf(shown: TlsPeer): readonly Buffer[];
  /** The server gave us a session; also long after the handshake. */
  issued(data: Buffer): void;
  judged(isAccepted: boolean, peer: TlsPeer): void;
}

export const neverResumed: Resumption = {
  chainOf: ({ chainDer }) => chainDer,
  issued: () => undefined,
  judged: () => undefined,
};

/** Towards whom a session can be used again, under these credentials. */
export function targetOf(
  { host, port }: Address,
  serverName: string | undefined,
  { digest }: Pick<Secured<unknown>, 'digest'>,
) {
  return JSON.stringify([host, port, serverName?.toLowerCase(), digest]);
}

/**
 * As server: who is resumed has shown his leaf only, and the rest of his chain when the session began. A session that is refused
 * now takes the keys of all tickets with it, since the library would honour it again and the peer could never show another
 * certificate.
 */
export function acceptedSession<Context>(contexts: SecuredContexts<Context>, secured: Secured<Context>): Resumption {
  return {
    ...neverResumed,
    chainOf: ({ resumed, chainDer }) => {
      const [leaf] = chainDer;
      if (resumed && leaf !== undefined) return secured.chains.of(leaf);
      if (!secured.chains.remember(chainDer)) contexts.renew(secured);
      return chainDer;
    },
    judged: (isAccepted, { resumed }) => {
      if (resumed && !isAccepted) contexts.renew(secured);
    },
  };
}

/** As client: what the server gave is kept once the server is accepted, with the chain it had shown. */
export function connectedSession(sessions: ClientSessions, target: string, now: () => number): Resumption {
  const resumed = sessions.take(target);
  const early: Buffer[] = [];
  let accepted: TlsPeer | undefined;
  let isRefused = false;
  const keep = (data: Buffer, { chainDer, version, resumed: isResumed }: TlsPeer): void => {
    // However often it is renewed, the server must prove its key again an hour after it did.
    const since = isResumed && resumed !== undefined ? resumed.since : now();
    sessions.put(target, { data, chain: chainDer, isForOneUse: version === 'TLSv1.3', since });
  };
  return {
    session: resumed?.data,
    // The library shows a client nothing of a chain that was resumed.
    chainOf: (shown) => (shown.resumed ? (resumed?.chain ?? []) : shown.chainDer),
    issued: (data) => {
      if (accepted !== undefined) keep(data, accepted);
      else if (!isRefused && early.length < 2) early.push(data);
    },
    judged: (isAccepted, peer) => {
      if (!isAccepted) {
        isRefused = true;
        sessions.forget(target);
        return;
      }
      accepted = peer;
      if (peer.resumed && resumed !== undefined && !resumed.isForOneUse) sessions.put(target, resumed);
      for (const data of early.splice(0)) keep(data, peer);
    },
  };
}
