import type { VoicePortSettings } from '../port/settings.ts';
import type { KeepaliveState } from '../sip/keepalive/index.ts';
import { isSameServer } from './server-group.ts';
import type { GroupServer, VoipPeer } from './settings.ts';

/** A watched place of a dial peer as it is. */
export interface WatchedState extends KeepaliveState {
  readonly server?: GroupServer;
  /** `10.0.0.1:5060` over this transport. */
  readonly host: string;
  readonly port?: number;
  readonly isName: boolean;
  readonly transport: 'udp' | 'tcp' | 'tls';
}

/** What is known of the places that dial peers lead to. */
export interface Availability {
  /** Empty: they are not asked. */
  placesOf(peer: number): readonly WatchedState[];
  /** There are `keepalive target`s, and none answers any more. */
  readonly isGatewayAlone: boolean;
}

export const nothingKnown: Availability = { placesOf: () => [], isGatewayAlone: false };

/** `KEEPALIVE` of `show dial-peer voice summary`; undefined: nobody asks. */
export function keepaliveStatus(places: readonly WatchedState[]): 'active' | 'busyout' | 'partial' | undefined {
  if (places.length === 0) return undefined;
  const busy = places.filter(({ isBusy }) => isBusy).length;
  return busy === 0 ? 'active' : busy === places.length ? 'busyout' : 'partial';
}

/** `busyout monitor keepalive`: the port takes no calls and makes none while nobody answers the gateway. */
export function isPortBusiedOut(port: VoicePortSettings | undefined, { isGatewayAlone }: Availability): boolean {
  return isGatewayAlone && port?.monitorsKeepalive === true;
}

/** No call can be sent by the peer: every place answers no more. */
export function isBusiedOut(peer: number, availability: Availability): boolean {
  return keepaliveStatus(availability.placesOf(peer)) === 'busyout';
}

export function isServerBusy({ tag }: VoipPeer, wanted: GroupServer, availability: Availability): boolean {
  return availability
    .placesOf(tag)
    .some(({ server, isBusy }) => isBusy && server !== undefined && isSameServer(server, wanted));
}
