import type { Address } from '../../io/index.ts';
import { parseUri } from '../message/index.ts';
import { defaultPort } from '../target/index.ts';
import type { Flow, OpenRequest } from '../transport/index.ts';
import type { Exchange } from './exchange.ts';
import { isSamePeer } from './same-peer.ts';
import type { SessionHost } from './session-host.ts';

const domain = /^[\w-]+(\.[\w-]+)+\.?$/;
const ipv4 = /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$/;

/** Where a dialog's next request goes: the address its next hop names, or the flow's own peer where it names none. */
export class NextHop {
  readonly #flow: Flow;
  readonly #address: Address;

  constructor(uri: string | undefined, flow: Flow) {
    this.#flow = flow;
    const parsed = uri === undefined ? undefined : parseUri(uri);
    const host = parsed?.address ?? '';
    // A name is not resolved here: its owner is at the other end of the flow already.
    const isAddress = ipv4.test(host) || host.includes(':');
    this.#address = isAddress ? { host, port: parsed?.port ?? defaultPort(flow.transport) } : flow.remote;
  }

  isThere(remote: Address): boolean {
    return remote.host === this.#address.host && remote.port === this.#address.port;
  }

  /** How to reach it when the flow is gone, over the same transport and as the same name. */
  request(): OpenRequest {
    return asBefore(this.#flow, this.#address);
  }
}

/** A new way in the place of `flow`, to be opened as the name the peer proved there. */
function asBefore({ transport, provedName, tenant, bind }: Flow, remote: Address): OpenRequest {
  const hasName = transport === 'tls' && provedName !== undefined && domain.test(provedName) && !ipv4.test(provedName);
  return { transport, remote, tenant, bind, ...(hasName ? { serverName: provedName } : {}) };
}

/**
 * Finds the way for a dialog's next request: the flow the dialog lives on, while it is open and while the next hop is there, else
 * a new one, on which the peer must have proved the same name.
 */
export function reach(
  host: Pick<SessionHost, 'open'>,
  nextHop: string | undefined,
  flow: Flow,
  use: (way: Flow) => void,
  failed: (reason: string) => void,
): void {
  if (flow.open && flow.reliable) return use(flow);
  const hop = new NextHop(nextHop, flow);
  if (flow.open && hop.isThere(flow.remote)) return use(flow);
  host.open(hop.request(), {
    opened: (next) => {
      if (isSamePeer(flow, next)) use(next);
      else failed(`${next.remote.host} proved another name than before`);
    },
    failed: ({ reason }) => failed(reason),
  });
}

/** Finds the way back for the answers to a request whose connection is gone (RFC 3261 18.2.2). */
export function comeBack(
  host: Pick<SessionHost, 'open'>,
  { flow, returnPort }: Pick<Exchange, 'flow' | 'returnPort'>,
  use: (way: Flow) => void,
  failed: (reason: string) => void,
): void {
  host.open(asBefore(flow, { host: flow.remote.host, port: returnPort }), {
    opened: (next) => {
      if (isSamePeer(flow, next)) use(next);
      else failed(`${next.remote.host} proved another name than before`);
    },
    failed: ({ reason }) => failed(reason),
  });
}
