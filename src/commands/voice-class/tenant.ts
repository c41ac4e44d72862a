import {
  type RetryName,
  retryDefaults,
  type Tenant,
  type TimerName,
  type TransportName,
  tenantDefaults,
  timerDefaults,
  type UrlScheme,
} from '../../sip/settings.ts';
import { bindSetting } from '../bind.ts';
import { configMode, entryLens, opener, type Setting, settingsOf } from '../config-mode.ts';
import { blocks } from '../section.ts';
import { authenticationSetting, credentialsSetting } from '../sip-authentication.ts';
import { registrarSetting } from '../sip-registrar.ts';
import { outboundProxySetting, sipServerSetting } from '../sip-server.ts';
import { namesOf, timerWords } from '../sip-ua.ts';
import type { Tree } from '../tree.ts';
import { transportNamed, transportWords } from '../voice-service.ts';
import { tenantCallSettings } from './tenant-calls.ts';

const setting = settingsOf<Tenant>();
const lens = entryLens<number, Tenant>(
  (tree) => tree.sip.tenants,
  (tree, tenants) => ({ ...tree, sip: { ...tree.sip, tenants } }),
);

type Table<K extends string> = Readonly<Partial<Record<K, number>>>;

/** `system` takes a value out: the global one holds. */
function tuned<K extends string>(table: Table<K>, name: K, value: number | undefined): Table<K> {
  const next = { ...table };
  delete next[name];
  return value === undefined ? next : { ...next, [name]: value };
}

function retrySetting(name: RetryName): Setting<Tenant> {
  return setting(`retry ${name as 'x'} {system | <count:int(1-10)>}`, `Number of ${name} retries`, {
    standard: 'system',
    set: (tenant, { count }) => ({ ...tenant, retry: tuned(tenant.retry, name, count) }),
    unset: (tenant) => ({ ...tenant, retry: tuned(tenant.retry, name, undefined) }),
    print: ({ retry }) => (retry[name] === undefined ? undefined : `retry ${name} ${retry[name]}`),
    default: `retry ${name} system`,
  });
}

function timerSetting(name: TimerName): Setting<Tenant> {
  const { words, range } = timerWords(name);
  return setting(`timers ${words as 'x'} {system | <value:int(${range as '0-1'})>}`, `SIP ${words} timer`, {
    standard: 'system',
    set: (tenant, { value }) => ({ ...tenant, timers: tuned(tenant.timers, name, value) }),
    unset: (tenant) => ({ ...tenant, timers: tuned(tenant.timers, name, undefined) }),
    print: ({ timers }) => (timers[name] === undefined ? undefined : `timers ${words} ${timers[name]}`),
    default: `timers ${words} system`,
  });
}

function withUrl({ url: _, ...tenant }: Tenant, url: UrlScheme | undefined): Tenant {
  return url === undefined ? tenant : { ...tenant, url };
}

function withTransport({ sessionTransport: _, ...tenant }: Tenant, transport: TransportName | undefined): Tenant {
  return transport === undefined ? tenant : { ...tenant, sessionTransport: transport };
}

const listenPort = setting('listen-port {non-secure | secure} <port:int(1-65535)>', 'SIP listen port of the tenant', {
  standard: 'that of every call',
  set: (tenant, { secure, port }) => ({
    ...tenant,
    listenPort: { ...tenant.listenPort, [secure ? 'secure' : 'nonSecure']: port },
  }),
  unset: (tenant, args) => {
    const { nonSecure, secure } = tenant.listenPort;
    const left = {
      ...(nonSecure === undefined || args.nonSecure ? {} : { nonSecure }),
      ...(secure === undefined || args.secure ? {} : { secure }),
    };
    return { ...tenant, listenPort: left };
  },
  noSyntax: 'listen-port {non-secure | secure} [<port:int(1-65535)>]',
  print: ({ listenPort: { nonSecure, secure } }) => [
    ...(nonSecure === undefined ? [] : [`listen-port non-secure ${nonSecure}`]),
    ...(secure === undefined ? [] : [`listen-port secure ${secure}`]),
  ],
});

const calls: readonly Setting<Tenant>[] = [
  listenPort,
  setting('tls-profile <tag:int(1-10000)>', 'TLS profile of the tenant', {
    standard: 'crypto signaling',
    set: (tenant, { tag }) => ({ ...tenant, tlsProfile: tag }),
    unset: ({ tlsProfile: _, ...tenant }) => tenant,
    noSyntax: 'tls-profile [<tag:int(1-10000)>]',
    print: ({ tlsProfile }) => (tlsProfile === undefined ? undefined : `tls-profile ${tlsProfile}`),
  }),
  setting('session transport {system | udp | tcp [tls]}', 'SIP transport protocol used for outgoing messages', {
    standard: 'system',
    set: (tenant, args) => withTransport(tenant, args.system ? undefined : transportNamed(args)),
    unset: (tenant) => withTransport(tenant, undefined),
    print: ({ sessionTransport }) =>
      sessionTransport === undefined ? undefined : `session transport ${transportWords(sessionTransport)}`,
    default: 'session transport system',
  }),
  setting('url {sip | sips | tel | system}', 'Specify the format of URL', {
    standard: 'system',
    set: (tenant, { sip, sips, tel }) => withUrl(tenant, sip ? 'sip' : sips ? 'sips' : tel ? 'tel' : undefined),
    unset: (tenant) => withUrl(tenant, undefined),
    print: ({ url }) => (url === undefined ? undefined : `url ${url}`),
    default: 'url system',
  }),
];

export const tenantMode = configMode<Tenant>({
  name: 'config-class-tenant',
  prompt: 'config-class',
  lens,
  settings: [
    registrarSetting<Tenant>(),
    credentialsSetting<Tenant>(),
    authenticationSetting<Tenant>({
      read: ({ authentication }) => authentication,
      write: (tenant, authentication) => ({ ...tenant, authentication }),
    }),
    ...namesOf(retryDefaults).map(retrySetting),
    // Ports depend on the gateway's own keepalive targets.
    ...namesOf(timerDefaults)
      .filter((name) => !name.startsWith('keepalive'))
      .map(timerSetting),
    sipServerSetting<Tenant>(),
    ...calls,
    ...tenantCallSettings,
    bindSetting<Tenant>(),
    outboundProxySetting<Tenant>(),
  ],
});

export const tenantOpener = opener('voice class tenant <tag:int(1-10000)>', 'Settings of some dial peers', {
  mode: 'config-class-tenant',
  focus: ({ tag }) => tag,
  create: (tree, { tag }, { world }) =>
    tree.sip.tenants.has(tag) ? tree : lens.write(tree, tag, { ...tenantDefaults, tag }, world.config.batch),
  remove: (tree, { tag }, { world }) => lens.remove(tree, tag, world.config.batch),
});

export function printTenants(tree: Tree, all: boolean): readonly string[] {
  return blocks(
    Array.from(tree.sip.tenants.keys(), (tag) => [`voice class tenant ${tag}`, ...tenantMode.print(tree, tag, all)]),
  );
}
