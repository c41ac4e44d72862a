import { Gateway, gatewayConfig } from './gateway.ts';
import { bound, freePort, loopback } from './port.ts';
import type { Scene } from './scene.ts';

export const passwords = { admin: 'Sesame-1', oper: 'Sesame-2', enable: 'Sesame-3' } as const;

/** A gateway with two users whose SSH server is up, and the port it answers on. */
export async function startWithSsh(scene: Scene): Promise<{ readonly gateway: Gateway; readonly port: number }> {
  const port = await freePort();
  const extra = `username admin privilege 15 secret ${passwords.admin}
username oper secret ${passwords.oper}
ip ssh port ${port}
ip ssh source-interface Loopback0
ip ssh version 2
banner motd #
Property of the test
#
line vty 0 4
 login local
 transport input ssh
`;
  const config = gatewayConfig({ port: await freePort(), securePort: await freePort(), routes: [], extra });
  const gateway = await Gateway.start(scene, config);
  await gateway.type('configure terminal');
  await gateway.type(`enable secret ${passwords.enable}`);
  await gateway.type('crypto key generate rsa modulus 2048', /\[OK\]/);
  await gateway.type('end');
  await bound('tcp', port);
  return { gateway, port };
}

/** Options for OpenSSH's client that leave the machine's own settings and known hosts alone. */
export function sshOptions(port: number): string[] {
  const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR'];
  return ['-F', 'none', '-p', String(port), ...options.flatMap((option) => ['-o', option])];
}

export function at(user: string): string {
  return `${user}@${loopback}`;
}
