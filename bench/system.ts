import type { Authority, Identity } from '../test/peers/certificates.ts';
import type { Scene } from '../test/peers/scene.ts';

export const transports = ['udp', 'tcp', 'tls'] as const;
export type BenchTransport = (typeof transports)[number];

/** The ports a system under test is given: where it listens, and where it sends calls. */
export interface Route {
  readonly transport: BenchTransport;
  readonly listen: number;
  readonly target: number;
}

export interface Credentials {
  readonly authority: Authority;
  readonly identity: Identity;
}

/** Something that can carry a call from one side to the other. */
export interface SystemUnderTest {
  readonly name: string;
  /** Starts it on a route; resolves with its process id when it listens. */
  start(scene: Scene, route: Route, credentials: Credentials): Promise<number>;
}
