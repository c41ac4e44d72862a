import { bound, loopback } from '../test/peers/port.ts';
import type { Scene } from '../test/peers/scene.ts';
import type { Credentials, Route, SystemUnderTest } from './system.ts';

/**
 * Kamailio as a transaction-stateful proxy with one worker: the anchor. `-x tlsf` gives it its fast allocator; with
 * the default one it reaches a quarter of that.
 */
export const kamailio: SystemUnderTest = {
  name: 'kamailio',
  async start(scene: Scene, route: Route, credentials: Credentials): Promise<number> {
    const tls = scene.write('kamailio-tls.cfg', tlsConfig(credentials));
    const config = scene.write('kamailio.cfg', proxyConfig(route, tls));
    const memory = ['-x', 'tlsf', '-m', '1024', '-M', '32', '-b', '4194304'];
    const files = ['-f', config, '-P', scene.path('kamailio.pid'), '-Y', scene.folder];
    const child = scene.start('kamailio', [...memory, ...files, '-DD', '-E'], { silent: true });
    await bound(route.transport === 'udp' ? 'udp' : 'tcp', route.listen);
    return child.pid;
  },
};

function proxyConfig(route: Route, tls: string): string {
  const { transport } = route;
  const streams = transport !== 'udp';
  return `debug=-1
log_stderror=yes
children=1
auto_aliases=no
dns=no
rev_dns=no
disable_tcp=${streams ? 'no' : 'yes'}
${streams ? 'tcp_children=1\ntcp_connection_lifetime=3600\ntcp_accept_no_cl=no\n' : ''}${transport === 'tls' ? 'enable_tls=yes\n' : ''}listen=${transport}:${loopback}:${route.listen}
mpath="/usr/lib/x86_64-linux-gnu/kamailio/modules/:/usr/lib/kamailio/modules/"
loadmodule "tm.so"
loadmodule "pv.so"
loadmodule "sl.so"
${transport === 'tls' ? `loadmodule "tls.so"\nmodparam("tls", "config", "${tls}")\n` : ''}
request_route {
  $du = "sip:${loopback}:${route.target};transport=${transport}";
  if (!t_relay()) sl_reply_error();
}
`;
}

/** Mutual, as the gateway does it: both roles show a certificate and demand one that chains to the bench's CA. */
function tlsConfig({ authority, identity }: Credentials): string {
  const role = (name: string) => `[${name}:default]
method = TLSv1.2+
verify_certificate = yes
require_certificate = yes
private_key = ${identity.key}
certificate = ${identity.certificate}
ca_list = ${authority.certificate}
`;
  return role('server') + role('client');
}
