import type { Identity } from './certificates.ts';
import type { Child } from './child.ts';
import { bound, loopback } from './port.ts';
import type { Scene } from './scene.ts';

export interface KamailioOptions {
  readonly name: string;
  /** TLS. */
  readonly port: number;
  /** UDP, for what it sends on. */
  readonly clearPort: number;
  /** Where calls go, over UDP. */
  readonly target: number;
  readonly identity: Identity;
  /** Certificate of the authority that its peers must have theirs from. */
  readonly trust: string;
  readonly algorithm: 'MD5' | 'SHA-256';
  readonly realm: string;
  /** Of every user. */
  readonly password: string;
}

/**
 * Kamailio as registrar and proxy over mutual TLS. It challenges REGISTER with 401, INVITE and BYE with 407, and says what it
 * took: `TOOK REGISTER 5551 600 SHA-256`. A call that comes over UDP goes to whoever registered the number, on the connection that
 * the REGISTER came by.
 */
export async function startKamailio(scene: Scene, options: KamailioOptions): Promise<Child> {
  const { name } = options;
  const tls = scene.write(`${name}-tls.cfg`, tlsConfig(options));
  const config = scene.write(`${name}.cfg`, registrarConfig(options, tls));
  const files = ['-f', config, '-P', scene.path(`${name}.pid`), '-Y', scene.folder];
  const child = scene.start('kamailio', ['-m', '64', '-M', '8', ...files, '-DD', '-E']);
  await bound('tcp', options.port);
  return child;
}

function registrarConfig(
  { port, clearPort, target, algorithm, realm, password }: KamailioOptions,
  tls: string,
): string {
  return `debug=2
log_stderror=yes
children=1
tcp_children=1
auto_aliases=no
dns=no
rev_dns=no
enable_tls=yes
tcp_reuse_port=yes
listen=tls:${loopback}:${port}
listen=udp:${loopback}:${clearPort}
mpath="/usr/lib/x86_64-linux-gnu/kamailio/modules/:/usr/lib/kamailio/modules/"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "xlog.so"
loadmodule "siputils.so"
loadmodule "textops.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "nathelper.so"
loadmodule "auth.so"
loadmodule "tls.so"
modparam("tls", "config", "${tls}")
modparam("registrar|nathelper", "received_avp", "$avp(received)")
modparam("auth", "algorithm", "${algorithm}")
modparam("auth", "nonce_count", 1)
modparam("auth", "qop", "auth")
request_route {
  if (is_method("REGISTER")) {
    if (!pv_www_authenticate("${realm}", "${password}", "0")) {
      www_challenge("${realm}", "1");
      exit;
    }
    xlog("L_WARN", "TOOK REGISTER $tU $hdr(Expires) $aa\\n");
    xlog("L_WARN", "CONTACT OF $tU $hdr(Contact)\\n");
    fix_nated_register();
    if (!save("location")) sl_reply_error();
    exit;
  }
  if (is_method("INVITE") && proto == UDP) {
    if (!lookup("location")) {
      sl_send_reply("404", "Not Found");
      exit;
    }
    xlog("L_WARN", "CALLS $rU AT $du\\n");
    t_relay();
    exit;
  }
  if (is_method("INVITE|BYE") && proto != UDP) {
    if (!pv_proxy_authenticate("${realm}", "${password}", "0")) {
      proxy_challenge("${realm}", "1");
      exit;
    }
    xlog("L_WARN", "TOOK $rm $rU $aa\\n");
    consume_credentials();
    if (is_method("INVITE")) $du = "sip:${loopback}:${target}";
  }
  if (!t_relay()) sl_reply_error();
}
`;
}

function tlsConfig({ identity, trust }: KamailioOptions): string {
  const role = (name: string) => `[${name}:default]
method = TLSv1.2+
verify_certificate = yes
require_certificate = yes
private_key = ${identity.key}
certificate = ${identity.certificate}
ca_list = ${trust}
`;
  return role('server') + role('client');
}
