import type { Clock } from './clock.ts';
import type { Echo } from './echo.ts';
import type { Files } from './files.ts';
import type { HttpClient } from './http.ts';
import type { Network } from './network.ts';
import type { Random } from './random.ts';
import type { Resolver } from './resolver.ts';
import type { Tls } from './tls.ts';
import type { Trace } from './trace.ts';
import type { ProcessMeter } from './usage.ts';

/** All of the outside that one gateway has, real or simulated. */
export interface Outside {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: Network;
  readonly tls: Tls;
  readonly files: Files;
  readonly resolver: Resolver;
  readonly http: HttpClient;
  readonly echo: Echo;
  readonly hops: Trace;
  readonly process: ProcessMeter;
}
