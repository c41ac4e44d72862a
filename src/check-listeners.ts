/** What `dialpeer check` says would be listened on. */
import type { Tree } from './commands/index.ts';
import { settingsOfTenant } from './sip/index.ts';
import type { TransportName } from './sip/settings.ts';
import { sshLines } from './ssh-wiring.ts';

export interface Listener {
  readonly service: 'http' | 'ssh' | `sip ${TransportName}`;
  /** `(Vlan1 has no address)` where an interface is named that has none. */
  readonly address: string;
  readonly port: number;
  /** What to know of it. */
  readonly note?: string;
  /** Whose port it is. */
  readonly tenant?: number;
}

const transports: readonly TransportName[] = ['udp', 'tcp', 'tls'];

export function listeners(tree: Tree): readonly Listener[] {
  const { sip, http, access } = tree;
  const signaling = transports.flatMap((transport) => listener(tree, sip, transport, sip.signaling.length > 0));
  const tenants = [...sip.tenants.values()].flatMap(({ tag, tlsProfile, listenPort: { secure, nonSecure } }) =>
    transports
      .filter((transport) => (transport === 'tls' ? secure : nonSecure) !== undefined)
      .flatMap((transport) => {
        const isCertified = tlsProfile !== undefined || sip.signaling.length > 0;
        return listener(tree, settingsOfTenant(sip, tag), transport, isCertified).map((one) => ({
          ...one,
          tenant: tag,
        }));
      }),
  );
  const { ssh, users } = access;
  const isSsh = users.size > 0 && sshLines(tree).length > 0;
  const web: Listener = { service: 'http', address: addressOf(tree, http.sourceInterface), port: http.port };
  const shell: Listener = { service: 'ssh', address: addressOf(tree, ssh.sourceInterface), port: ssh.port };
  return [
    ...signaling,
    ...tenants,
    ...(http.server ? [web] : []),
    ...(isSsh ? [{ ...shell, note: 'once there is a host key' }] : []),
  ];
}

/** Nothing, where the transport is off. */
function listener(
  tree: Tree,
  { transports: on, bind, listenPort }: Tree['sip'],
  transport: TransportName,
  isCertified: boolean,
): readonly Listener[] {
  if (!on[transport]) return [];
  const port = transport === 'tls' ? listenPort.secure : listenPort.nonSecure;
  const uncertified = transport === 'tls' && !isCertified;
  const note = uncertified ? { note: 'no crypto signaling: every handshake fails' } : {};
  return [{ service: `sip ${transport}`, address: addressOf(tree, bind.control), port, ...note }];
}

/** The address an interface gives; every address when none is named. */
function addressOf(tree: Tree, interfaceName: string | undefined): string {
  if (interfaceName === undefined) return '0.0.0.0';
  return tree.interfaces.get(interfaceName)?.address?.address ?? `(${interfaceName} has no address)`;
}
