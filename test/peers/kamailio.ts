import type { Identity } from './certificates.ts';
import type { Child } from './child.ts';
import { bound, freePort, loopback } from './port.ts';
import type { Scene } from './scene.ts';

interface TlsSide {
  readonly name: string;
  readonly identity: Identity;
  /** Certificate of the authority that its peers must have theirs from. */
  readonly trust: string;
}

export interface KamailioOptions extends TlsSide {
  /** TLS. */
  readonly port: number;
  /** UDP, for what it sends on. */
  readonly clearPort: number;
  /** Where calls go, over UDP. */
  readonly target: number;
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
  const { port, clearPort } = options;
  const listen = [`tls:${loopback}:${port}`, `udp:${loopback}:${clearPort}`] as const;
  return start(scene, options, listen, registrarRoute(options));
}

export interface ProxyOptions extends TlsSide {
  /** The address it has over TLS, at the port of SIP over TLS, and over UDP at `clearPort`. */
  readonly host: string;
  readonly clearPort: number;
  /** Where calls that came over TLS go, over UDP. */
  readonly target: number;
  /** Where the others go, over TLS. */
  readonly gateway: string;
}

/** Kamailio as a proxy between mutual TLS and UDP that stays on the path of its calls. */
export function startProxy(scene: Scene, options: ProxyOptions): Promise<Child> {
  const { host, clearPort } = options;
  return start(scene, options, [`tls:${host}:5061`, `udp:${host}:${clearPort}`], proxyRoute(options));
}

export interface EdgeOptions extends TlsSide {
  /** TLS, towards the gateway. */
  readonly port: number;
  /** UDP, towards the core. */
  readonly clearPort: number;
  readonly core: number;
}

/**
 * Kamailio as the proxy at the edge of a provider (RFC 5626): it puts itself into Path, finds the connection of a registration by
 * the token it wrote into Path. Where a Contact bears `ob` it finds that of the dialog too, by an alias that it gives the Contact
 * (the token it writes into Record-Route is not for calls that bring a Route).
 */
export function startEdge(scene: Scene, options: EdgeOptions): Promise<Child> {
  const { port, clearPort } = options;
  const listen = [`tls:${loopback}:${port}`, `udp:${loopback}:${clearPort}`] as const;
  return start(scene, options, listen, edgeRoute(options), ['path', 'outbound']);
}

export interface CoreOptions extends TlsSide {
  /** UDP, towards the edge. */
  readonly clearPort: number;
  /** TLS of the edge, for Service-Route. */
  readonly edge: number;
  /** Where calls go that do not come from there, over UDP. */
  readonly target: number;
}

/** Kamailio as the registrar behind an edge: it keeps the Path, and has calls come through the edge and itself (RFC 3608). */
export async function startCore(scene: Scene, options: CoreOptions): Promise<Child> {
  const listen = [`tls:${loopback}:${await freePort()}`, `udp:${loopback}:${options.clearPort}`] as const;
  return start(scene, options, listen, coreRoute(options));
}

export interface ReusingOptions extends TlsSide {
  /** TLS, under the name it says in Via. */
  readonly port: number;
  readonly host: string;
  readonly clearPort: number;
  /** Where calls that came over TLS go, over UDP. */
  readonly target: number;
  /** Where the others go, over TLS, and the name that their Contact has. */
  readonly gateway: number;
  readonly gatewayHost: string;
}

/** Kamailio as a proxy that reuses connections as RFC 5923 says: it takes the `alias` of others for its calls, and its own Via says it. */
export function startReusing(scene: Scene, options: ReusingOptions): Promise<Child> {
  const { port, clearPort } = options;
  const listen = [`tls:${loopback}:${port}`, `udp:${loopback}:${clearPort}`] as const;
  return start(scene, options, listen, reusingRoute(options), ['corex']);
}

async function start(
  scene: Scene,
  side: TlsSide,
  listen: readonly [string, string],
  route: string,
  modules: readonly string[] = [],
): Promise<Child> {
  const { name } = side;
  const tls = scene.write(`${name}-tls.cfg`, tlsConfig(side));
  const more = modules.map((one) => `loadmodule "${one}.so"\n`).join('');
  const config = scene.write(`${name}.cfg`, `${common(listen, tls)}${more}${route}`);
  const files = ['-f', config, '-P', scene.path(`${name}.pid`), '-Y', scene.folder];
  const child = scene.start('kamailio', ['-m', '64', '-M', '8', ...files, '-DD', '-E']);
  await bound('tcp', Number(listen[0].slice(listen[0].lastIndexOf(':') + 1)));
  return child;
}

function common(listen: readonly string[], tls: string): string {
  const modules = [
    'tm',
    'sl',
    'rr',
    'pv',
    'xlog',
    'siputils',
    'textops',
    'usrloc',
    'registrar',
    'nathelper',
    'auth',
    'tls',
  ];
  return `debug=2
log_stderror=yes
children=1
tcp_children=1
auto_aliases=no
dns=no
rev_dns=no
enable_tls=yes
tcp_reuse_port=yes
${listen.map((one) => `listen=${one}\n`).join('')}mpath="/usr/lib/x86_64-linux-gnu/kamailio/modules/:/usr/lib/kamailio/modules/"
${modules.map((one) => `loadmodule "${one}.so"\n`).join('')}modparam("tls", "config", "${tls}")
modparam("registrar|nathelper", "received_avp", "$avp(received)")
`;
}

function registrarRoute({ target, algorithm, realm, password }: KamailioOptions): string {
  return `modparam("auth", "algorithm", "${algorithm}")
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

function proxyRoute({ target, gateway }: ProxyOptions): string {
  return `request_route {
  if (has_totag()) {
    loose_route();
  } else if (is_method("INVITE")) {
    record_route();
    xlog("L_WARN", "CALL $rU OVER $proto\\n");
    if ($proto == "tls") $du = "sip:${loopback}:${target}";
    else $du = "sip:${gateway};transport=tls";
  }
  if (!t_relay()) sl_reply_error();
}
`;
}

/** The parameter is told as the rest of another one: Kamailio writes none without a value. */
function reusingRoute({ host, port, target, gateway, gatewayHost }: ReusingOptions): string {
  return `tcp_accept_aliases=yes
alias=tls:${host}:${port}
xavp_via_params="via"
request_route {
  if (has_totag()) {
    loose_route();
    if ($rd == "${gatewayHost}") $du = "sip:${loopback}:${gateway};transport=tls";
  } else if (is_method("INVITE")) {
    record_route();
    xlog("L_WARN", "CALL $rU OVER $proto VIA $hdr(Via)\\n");
    if ($proto == "tls") $du = "sip:${loopback}:${target}";
    else $du = "sip:${loopback}:${gateway};transport=tls";
  }
  if ($proto == "udp") {
    set_advertised_address("${host}");
    $xavp(via=>offer) = "rfc5923;alias";
    via_add_xavp_params("1");
  }
  if (!t_relay()) sl_reply_error();
}
`;
}

function edgeRoute({ core }: EdgeOptions): string {
  return `modparam("outbound", "flow_token_secret", "johnsecret")
request_route {
  if (is_method("REGISTER")) {
    if (!add_path()) {
      sl_send_reply("503", "No Path");
      exit;
    }
    $du = "sip:${loopback}:${core}";
    t_relay();
    exit;
  }
  xlog("L_WARN", "EDGE $rm OVER $proto CONTACT $ct\\n");
  loose_route();
  if (is_method("INVITE")) {
    record_route();
    if ($ct =~ ";ob>") set_contact_alias();
  }
  handle_ruri_alias();
  if (!t_relay()) sl_reply_error();
}
onreply_route {
  if ($ct =~ ";ob>") set_contact_alias();
}
`;
}

function coreRoute({ clearPort, edge, target }: CoreOptions): string {
  const route = `<sip:${loopback}:${edge};transport=tls;lr>, <sip:${loopback}:${clearPort};lr>`;
  return `modparam("registrar", "use_path", 1)
modparam("registrar", "path_mode", 1)
modparam("registrar", "outbound_mode", 1)
modparam("registrar", "flow_timer", 25)
request_route {
  if (is_method("REGISTER")) {
    append_to_reply("Service-Route: ${route}\\r\\n");
    xlog("L_WARN", "PATH OF $tU $hdr(Path)\\n");
    if (!save("location", "0x04")) sl_reply_error();
    exit;
  }
  if (has_totag()) {
    loose_route();
  } else if (is_method("INVITE")) {
    xlog("L_WARN", "CORE INVITE $rU ROUTE $hdr(Route)\\n");
    record_route();
    if (loose_route() && $si == "${loopback}" && $hdr(Route) != $null) {
      $du = "sip:${loopback}:${target}";
    } else if (!lookup("location")) {
      $du = "sip:${loopback}:${target}";
    }
  }
  if (!t_relay()) sl_reply_error();
}
`;
}

function tlsConfig({ identity, trust }: TlsSide): string {
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
