import type { AuthenticationEntry } from '../sip/settings.ts';
import type { DialPeer } from './settings.ts';

/** A telephone's number, to be registered with the SIP registrar. */
export interface RegistrableNumber {
  readonly number: string;
  /** Tag of its dial peer. */
  readonly peer: number;
  readonly authentication?: readonly AuthenticationEntry[];
}

/** The numbers of the POTS peers that own a port, where the pattern is one whole number. Each number once, of the lower tag. */
export function registrableNumbers(peers: ReadonlyMap<number, DialPeer>): readonly RegistrableNumber[] {
  const numbers = new Map<string, RegistrableNumber>();
  for (const peer of peers.values()) {
    if (peer.kind !== 'pots' || peer.shutdown || !peer.sipRegister || peer.port === undefined) continue;
    const number = wholeNumber(peer.destinationPattern ?? '');
    const other = number === undefined ? undefined : numbers.get(number);
    if (number === undefined || (other !== undefined && other.peer < peer.tag)) continue;
    const { tag, authentication } = peer;
    numbers.set(number, { number, peer: tag, ...(authentication === undefined ? {} : { authentication }) });
  }
  return [...numbers.values()];
}

/** A full E.164 number or a private one like it: digits, perhaps behind `+`, and no wildcard. `$` only makes it exact. */
function wholeNumber(pattern: string): string | undefined {
  return /^(\+?\d{1,15})\$?$/.exec(pattern)?.[1];
}
