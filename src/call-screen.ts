/** Who may call, read from the running configuration: whom we call ourselves, and the trusted list. */
import type { Tree } from './commands/index.ts';
import { registerTarget, type Screening, type Source, TrustedSources, type TrustReport } from './sip/index.ts';

const admitted: Screening = { admitted: true };

/** What of the tree it rests on: the same records, the same answer. */
type Grounds = readonly [Tree['dialPlan'], Tree['sip'], Tree['hosts']];

export class CallScreen {
  readonly #tree: () => Tree;
  #grounds: Grounds | undefined;
  #sources = new TrustedSources(new Map(), []);
  #targets: ReadonlyMap<string, string> = new Map();

  constructor(tree: () => Tree) {
    this.#tree = tree;
  }

  /** Looked at anew only after a change: ten thousand dial peers are not read for each call. */
  judge(source: Source): Screening {
    const { sip } = this.#tree();
    if (!sip.trusted.authenticate) return admitted;
    return !this.knows(source) ? { admitted: false, silent: sip.silentDiscard } : admitted;
  }

  /** Whether a line of the configuration is about this source, also where everybody may call. */
  knows(source: Source): boolean {
    this.#follow();
    return this.#sources.ruleFor(source) !== undefined;
  }

  report(counted: Pick<TrustReport, 'refused' | 'unanswered'>): TrustReport {
    this.#follow();
    const targets = [...this.#targets].map(([host, line]) => ({ host, line }));
    return { ...this.#tree().sip.trusted, targets, ...counted };
  }

  #follow(): void {
    const { dialPlan, sip, hosts } = this.#tree();
    const grounds: Grounds = [dialPlan, sip, hosts];
    if (this.#grounds?.every((ground, i) => ground === grounds[i]) === true) return;
    this.#grounds = grounds;
    this.#targets = targetsOf(dialPlan, sip, hosts);
    this.#sources = new TrustedSources(this.#targets, sip.trusted.list);
  }
}

/**
 * Addresses and names that dial peers call and numbers are registered at, and the addresses that `ip host` gives to those names. What DNS
 * says changes by itself.
 */
function targetsOf(dialPlan: Tree['dialPlan'], sip: Tree['sip'], hosts: Tree['hosts']): ReadonlyMap<string, string> {
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
