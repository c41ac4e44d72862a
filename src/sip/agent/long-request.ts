import { printRequest, type RequestFields } from '../message/index.ts';
import type { Target } from '../target/index.ts';
import type { Flow } from '../transport/index.ts';
import type { SessionHost } from './session-host.ts';

/**
 * RFC 3261 18.1.1: longer requests go over a transport that heeds congestion. Where the path's largest packet is not known a
 * request has 1300 bytes at most, so that its answer, which is longer, fits into one packet too.
 */
const longestInDatagram = 1300;

/** What an Authorization takes, as the ones of a trunk do. */
const proofBytes = 350;

/** A message is text of one character a byte. `proves`: a proof will be added, which must not be made in vain. */
export function isTooLongForUdp(request: RequestFields, proves: boolean): boolean {
  return printRequest(request).length + (proves ? proofBytes : 0) > longestInDatagram;
}

/** A flow over TCP to where `datagrams` goes; to a host that does not take TCP it is datagrams all the same (RFC 3261 18.1.1). */
export function openForLong(
  host: Pick<SessionHost, 'route'>,
  datagrams: Flow,
  from: Pick<Target, 'tenant' | 'bind'>,
  use: (flow: Flow) => void,
): void {
  const { host: address, port } = datagrams.remote;
  host.route({ ...from, host: address, port, isName: false, transport: 'tcp' }).next({
    opened: use,
    failed: () => use(datagrams),
  });
}
