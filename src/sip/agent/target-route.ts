import type { TransportName } from '../settings.ts';
import type { Opening, OpenRequest } from '../transport/index.ts';

/** Where a call is to go: an address, or a name that has some. */
export interface RouteTarget {
  readonly host: string;
  readonly isName: boolean;
  readonly port: number;
}

/** What finding the way needs of the outside. */
export interface RouteMeans {
  /** Addresses of a name, in the order to try them; rejects with a reason. */
  readonly resolve: (name: string) => Promise<readonly string[]>;
  readonly open: (request: OpenRequest, opening: Opening) => void;
  /** Runs something after the present event. */
  readonly later: (run: () => void) => void;
}

/** Opens a flow to the first address of a target that can be reached. A failure is told, never before this returns. */
export function openRoute(target: RouteTarget, transport: TransportName, means: RouteMeans, opening: Opening): void {
  if (!target.isName) return tryAddress([target.host], 0, target, transport, means, opening);
  const failed = (error: unknown): void =>
    opening.failed({ code: 'name-not-found', reason: error instanceof Error ? error.message : String(error) });
  means
    .resolve(target.host)
    .then((addresses) => tryAddress(addresses, 0, target, transport, means, opening))
    .catch(failed);
}

/** One address after another. TLS proves the target's name whichever address answers. */
function tryAddress(
  addresses: readonly string[],
  at: number,
  target: RouteTarget,
  transport: TransportName,
  means: RouteMeans,
  opening: Opening,
): void {
  const host = addresses[at];
  if (host === undefined) return opening.failed({ code: 'name-not-found', reason: 'the name has no address' });
  const serverName = transport === 'tls' && target.isName ? { serverName: target.host } : {};
  means.open(
    { transport, remote: { host, port: target.port }, ...serverName },
    {
      opened: (flow) => opening.opened(flow),
      failed: (failure) => {
        if (at + 1 >= addresses.length) means.later(() => opening.failed(failure));
        else tryAddress(addresses, at + 1, target, transport, means, opening);
      },
    },
  );
}
