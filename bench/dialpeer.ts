import { Gateway, gatewayConfig } from '../test/peers/gateway.ts';
import { bound, freePort } from '../test/peers/port.ts';
import type { Scene } from '../test/peers/scene.ts';
import type { Credentials, Route, SystemUnderTest } from './system.ts';

const sessionTransport = { udp: 'udp', tcp: 'tcp', tls: 'tcp tls' } as const;

/** Our gateway: one VoIP dial peer that takes every number to the other side. */
export const dialpeer: SystemUnderTest = {
  name: 'dialpeer',
  async start(scene: Scene, route: Route, credentials: Credentials): Promise<number> {
    const secure = route.transport === 'tls';
    const config = gatewayConfig({
      port: secure ? await freePort() : route.listen,
      securePort: secure ? route.listen : await freePort(),
      routes: [{ tag: 1, pattern: '9...', port: route.target, transport: sessionTransport[route.transport] }],
      ...(secure ? { trustpoint: 'bench' } : {}),
    });
    const gateway = await Gateway.start(scene, config);
    if (secure) await gateway.importIdentity('bench', credentials.authority.certificate, credentials.identity);
    await bound(route.transport === 'udp' ? 'udp' : 'tcp', route.listen);
    return gateway.child.pid;
  },
};
