import type { Identity } from './certificates.ts';
import type { Child } from './child.ts';
import { bound, freePort, loopback } from './port.ts';
import type { Scene } from './scene.ts';

export interface Tunnel {
  /** Where it listens on the loopback address. */
  readonly port: number;
  readonly child: Child;
}

interface TunnelOptions {
  readonly identity: Identity;
  /** File of the CA certificates the far end must chain to. */
  readonly trust: string;
  readonly target: number;
  readonly port?: number;
  /** `info` tells of every session whether it is a new one. */
  readonly debug?: 'notice' | 'info';
}

/** Takes clear TCP and carries it over TLS to `target`, with a client certificate. */
export function startTlsClient(scene: Scene, options: TunnelOptions): Promise<Tunnel> {
  return start(scene, 'client = yes', options);
}

/** Takes TLS, demands a client certificate, and hands clear TCP to `target`. */
export function startTlsServer(scene: Scene, options: TunnelOptions): Promise<Tunnel> {
  return start(scene, 'client = no\nrequireCert = yes', options);
}

async function start(scene: Scene, role: string, options: TunnelOptions): Promise<Tunnel> {
  const port = options.port ?? (await freePort());
  const file = scene.write(`stunnel-${port}.conf`, config(role, port, options));
  const child = scene.start('stunnel4', [file]);
  await child.waitFor(/Configuration successful/);
  await bound('tcp', port);
  return { port, child };
}

function config(role: string, port: number, options: TunnelOptions): string {
  return `foreground = yes
syslog = no
debug = ${options.debug ?? 'notice'}
pid =
socket = l:TCP_NODELAY=1
socket = r:TCP_NODELAY=1
[sip]
${role}
accept = ${loopback}:${port}
connect = ${loopback}:${options.target}
cert = ${options.identity.certificate}
key = ${options.identity.key}
CAfile = ${options.trust}
verifyChain = yes
`;
}
