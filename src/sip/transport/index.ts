/**
 * sip/transport: who owns the sockets of SIP.
 *
 * `SipTransport` owns the listeners and, in a `ConnectionTable`, every connection. What arrives is cut into messages and
 * handed to the `FlowReceiver` as text with the `Flow` it came on; an answer is sent on that flow. A request to a new place asks
 * `open` for a flow. TLS credentials come in as values and the verdict on a peer is asked of a `TlsPolicy`: this room knows
 * neither trustpoints nor calls.
 *
 * A connection that comes in passes `Arrivals` first: so many a second and no more, and from a proxy that is listed, whom it speaks for.
 * Of every connection that ended the `ClosedLedger` keeps why.
 *
 * There are two tables, as on IOS. The lower one holds sockets by connection id. The upper one holds what may be reused, by
 * transport and remote address (and for TLS by name and policy), and points at an id. `clear` can purge either alone, and
 * `show` marks where they disagree; the next use of such an entry heals it.
 *
 * `Aliases` enters a TLS connection that a peer made under the key of a connection of ours, when the peer offers it and the policy accepts
 * the peer as the server of the name it proved (RFC 5923). How a connection comes to be is `ConnectionSetup`'s.
 *
 * **Standards:** RFC 3261 18 (transport), RFC 5626 4.4.1 (keepalive by CRLF; `Keepalive`), RFC 5923 (reuse: only towards a proved name),
 * the PROXY protocol of HAProxy, versions 1 and 2.
 */
export type { TlsOffer } from './client-hello.ts';
export type { ClosedConnection } from './closed-ledger.ts';
export type { ConnectionDetail } from './connection-details.ts';
export type { TlsFailure, TlsStage } from './failure-ledger.ts';
export type { Flow, FlowReceiver, OpenFailure, Opening, OpenRequest } from './flow.ts';
export { type TransportLog, transportMessages } from './messages.ts';
export type { CredentialsAnswer, JudgedPeer, TlsPolicy, TlsRole, Verdict } from './policy.ts';
export { SipTransport, type TransportParts } from './sip-transport.ts';
export {
  type ListenerSettings,
  type PeerBind,
  type TransportSettings,
  transportSettings,
} from './transport-settings.ts';
