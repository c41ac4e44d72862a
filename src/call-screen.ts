/** Who may call: by the running configuration whom we call ourselves, and the trusted list; by registrars whom they vouch for. */
import { isActive } from './call/index.ts';
import type { Tree } from './commands/index.ts';
import {
  registerTarget,
  type Screening,
  type Source,
  settingsOfTenant,
  TrustedSources,
  type TrustReport,
} from './sip/index.ts';
import { noTenant } from './sip/settings.ts';

const admitted: Screening = { admitted: true };

/** What of the tree it rests on: the same records, the same answer. */
type Grounds = readonly [Tree['dialPlan'], Tree['sip'], Tree['hosts'], Tree['voiceClasses']['serverGroups']];

export class CallScreen {
  readonly #tree: () => Tree;
  readonly #vouched: () => ReadonlyMap<string, string>;
  #grounds: Grounds | undefined;
  /** By tenant: who has a list of its own, and everybody else under the number of none. Made when first asked for. */
  readonly #sources = new Map<number, TrustedSources>();
  #targets: ReadonlyMap<string, string> = new Map();

  /** `vouched`: whom registrars vouch for, each with the line that says so. */
  constructor(tree: () => Tree, vouched: () => ReadonlyMap<string, string>) {
    this.#tree = tree;
    this.#vouched = vouched;
  }

  /** Looked at anew only after a change: ten thousand dial peers are not read for each call. */
  judge(source: Source): Screening {
    const { sip } = this.#tree();
    if (!sip.trusted.authenticate) return admitted;
    this.#follow();
    if (this.#sourcesOf(source.tenant).ruleFor(source) !== undefined || this.#isVouched(source)) return admitted;
    return { admitted: false, silent: settingsOfTenant(sip, source.tenant).silentDiscard };
  }

  /** Whether a line of the configuration is about this source, at whosever port, also where everybody may call. */
  knows(source: Omit<Source, 'tenant'>): boolean {
    this.#follow();
    const tenants = [noTenant, ...this.#tree().sip.tenants.keys()];
    return tenants.some((one) => this.#sourcesOf(one).ruleFor(source) !== undefined) || this.#isVouched(source);
  }

  #isVouched({ host, provedNames }: Omit<Source, 'tenant'>): boolean {
    const vouched = this.#vouched();
    return vouched.has(host) || provedNames.some((name) => vouched.has(name.toLowerCase()));
  }

  report(counted: Pick<TrustReport, 'refused' | 'unanswered'>): TrustReport {
    this.#follow();
    const vouched = [...this.#vouched()].filter(([host]) => !this.#targets.has(host));
    const targets = [...this.#targets, ...vouched].map(([host, line]) => ({ host, line }));
    const { trusted, tenants } = this.#tree().sip;
    const ofTenants = [...tenants.values()].flatMap(({ tag, trusted: list }) =>
      list.length > 0 ? [{ tag, list }] : [],
    );
    return { ...trusted, targets, tenants: ofTenants, ...counted };
  }

  #sourcesOf(tenant: number): TrustedSources {
    const known = this.#sources.get(tenant);
    if (known !== undefined) return known;
    const sources = new TrustedSources(this.#targets, settingsOfTenant(this.#tree().sip, tenant).trusted.list);
    this.#sources.set(tenant, sources);
    return sources;
  }

  #follow(): void {
    const { dialPlan, sip, hosts, voiceClasses } = this.#tree();
    const { serverGroups } = voiceClasses;
    const grounds: Grounds = [dialPlan, sip, hosts, serverGroups];
    if (this.#grounds?.every((ground, i) => ground === grounds[i]) === true) return;
    this.#grounds = grounds;
    this.#targets = targetsOf(dialPlan, sip, hosts, serverGroups);
    this.#sources.clear();
  }
}

/**
 * Addresses and names that dial peers call and numbers are registered at, and the addresses that `ip host` gives to those names. What DNS
 * says changes by itself.
 */
function targetsOf(
  dialPlan: Tree['dialPlan'],
  sip: Tree['sip'],
  hosts: Tree['hosts'],
  serverGroups: Tree['voiceClasses']['serverGroups'],
): ReadonlyMap<string, string> {
  const targets = new Map<string, string>();
  const add = (host: string, line: string): void => {
    const name = host.toLowerCase();
    for (const place of [name, ...(hosts.get(name) ?? [])]) if (!targets.has(place)) targets.set(place, line);
  };
  for (const peer of dialPlan.peers.values()) {
    const target = peer.kind === 'voip' && !peer.shutdown ? peer.sessionTarget : undefined;
    if (target !== undefined && 'host' in target) {
      add(target.host, `dial-peer ${peer.tag}, session target ${target.kind}:${target.host}`);
    }
    const tag = peer.kind === 'voip' && !peer.shutdown ? peer.serverGroup : undefined;
    const group = tag === undefined ? undefined : serverGroups.get(tag);
    for (const { kind, host } of isActive(group) ? group.servers : [])
      add(host, `dial-peer ${peer.tag}, session server-group ${tag}, ${kind}:${host}`);
    const proxy = peer.kind === 'voip' && !peer.shutdown ? peer.outboundProxy : undefined;
    if (proxy !== undefined) add(proxy.host, `dial-peer ${peer.tag}, outbound-proxy ${proxy.kind}:${proxy.host}`);
  }
  const places = [
    ['', sip] as const,
    ...Array.from(sip.tenants, ([tag, tenant]) => [`tenant ${tag}, `, tenant] as const),
  ];
  for (const [whose, { sipServer, outboundProxy, registrars }] of places) {
    if (sipServer !== undefined) add(sipServer.host, `${whose}sip-server ${sipServer.kind}:${sipServer.host}`);
    if (outboundProxy !== undefined)
      add(outboundProxy.host, `${whose}outbound-proxy ${outboundProxy.kind}:${outboundProxy.host}`);
    for (const { target } of registrars) add(registerTarget(target).host, `${whose}registrar ${target}`);
  }
  return targets;
}
