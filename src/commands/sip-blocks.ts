import type { Batch } from '../config/index.ts';
import { type SipSettings, sipDefaults } from '../sip/settings.ts';
import { withoutKept } from './inert-mode.ts';
import type { Tree } from './tree.ts';

/** The modes that share the SIP settings, each a block of running-config. */
type SipBlock = 'conf-voi-serv' | 'conf-serv-sip' | 'config-sip-ua';

/** Where each SIP setting is typed: what `no` of a block takes back. */
const blockOf: Readonly<Record<Exclude<keyof SipSettings, 'stopped' | 'tenants'>, SipBlock>> = {
  allowSipToSip: 'conf-voi-serv',
  trusted: 'conf-voi-serv',
  localName: 'conf-serv-sip',
  connectionReuse: 'config-sip-ua',
  silentDiscard: 'conf-serv-sip',
  bind: 'conf-serv-sip',
  url: 'conf-serv-sip',
  sessionTransport: 'conf-serv-sip',
  listenPort: 'conf-serv-sip',
  outboundProxy: 'conf-serv-sip',
  proxies: 'config-sip-ua',
  limits: 'config-sip-ua',
  protocolMode: 'config-sip-ua',
  minSe: 'conf-serv-sip',
  sessionExpires: 'conf-serv-sip',
  rel1xx: 'conf-serv-sip',
  tcpWhenLong: 'conf-serv-sip',
  transports: 'config-sip-ua',
  tlsVersions: 'config-sip-ua',
  sipServer: 'config-sip-ua',
  signaling: 'config-sip-ua',
  registrars: 'config-sip-ua',
  registrarOfDhcp: 'config-sip-ua',
  registrationSpike: 'config-sip-ua',
  registerExhausted: 'config-sip-ua',
  authentication: 'config-sip-ua',
  credentials: 'config-sip-ua',
  authenticateRedirecting: 'conf-serv-sip',
  assertedId: 'conf-serv-sip',
  remotePartyId: 'config-sip-ua',
  redirection: 'config-sip-ua',
  reasonOverride: 'config-sip-ua',
  keepaliveTargets: 'config-sip-ua',
  keepaliveTrigger: 'config-sip-ua',
  retry: 'config-sip-ua',
  timers: 'config-sip-ua',
  statusOfCause: 'config-sip-ua',
  causeOfStatus: 'config-sip-ua',
  maxForwards: 'config-sip-ua',
};

/** The tree with everything typed in these blocks at its default, kept lines and the blocks they open gone. */
export function withoutBlocks(tree: Tree, batch: Batch | undefined, ...blocks: readonly SipBlock[]): Tree {
  const isReset = (name: string): boolean => blocks.includes(blockOf[name as keyof typeof blockOf]);
  const defaults = Object.fromEntries(Object.entries(sipDefaults).filter(([name]) => isReset(name)));
  const { service, sip } = tree.sip.stopped;
  const stopped = {
    ...(service === undefined || blocks.includes('conf-voi-serv') ? {} : { service }),
    ...(sip === undefined || blocks.includes('conf-serv-sip') ? {} : { sip }),
  };
  const reset: Tree = { ...tree, sip: { ...tree.sip, ...defaults, stopped } };
  return blocks.reduce((next, block) => withoutKept(next, batch, block, block), reset);
}
