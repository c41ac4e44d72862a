/**
 * io/node: the outside as a real host offers it. Every part implements an interface of `../`; all errors are `GatewayError`s.
 *
 * TLS is laid over a TCP stream of this room only, since it takes over the socket below. It accepts any peer that finished the
 * handshake (as server: that showed a certificate) and says what the library thinks of its chain; judging is the caller's work.
 */
import type { Outside } from '../outside.ts';
import { nodeClock } from './clock.ts';
import { nodeEcho } from './echo.ts';
import { NodeFiles } from './files.ts';
import { nodeHttpClient } from './http-client.ts';
import { nodeNetwork } from './network.ts';
import { NodeProcess } from './process.ts';
import { nodeRandom } from './random.ts';
import { NodeResolver } from './resolver.ts';
import { nodeTls } from './tls.ts';
import { nodeTrace } from './trace.ts';

export interface NodeIoOptions {
  /** The folder that is NVRAM. */
  readonly root: string;
  /** `ip name-server`; the host's own servers when empty. */
  readonly nameServers?: readonly string[];
}

/** All of the outside, for one gateway. */
export function nodeIo(options: NodeIoOptions): Outside {
  return {
    clock: nodeClock,
    random: nodeRandom,
    network: nodeNetwork(),
    tls: nodeTls(),
    files: new NodeFiles(options.root),
    resolver: new NodeResolver(options.nameServers),
    http: nodeHttpClient,
    echo: nodeEcho,
    hops: nodeTrace,
    process: new NodeProcess(),
  };
}
