/** SIP passwords of type 6 as those who prove who we are need them: opened with the configuration key, where it is the right one. */
import type { Tree } from './commands/index.ts';

type Open = (sealed: string) => string | undefined;
type Sip = Tree['sip'];
type Peers = Tree['dialPlan']['peers'];
type Proofs = readonly { readonly password: Sip['credentials'][number]['password'] }[];

export class OpenedPasswords {
  readonly #open: Open;
  #sip: readonly [Sip, Sip] | undefined;
  #plan: readonly [Tree['dialPlan'], Tree['dialPlan']] | undefined;

  constructor(open: Open) {
    this.#open = open;
  }

  /** The same tree where nothing is sealed; parts that did not change stay the same records. */
  of(tree: Tree): Tree {
    if (this.#sip?.[0] !== tree.sip) this.#sip = [tree.sip, this.#openedSip(tree.sip)];
    if (this.#plan?.[0] !== tree.dialPlan) this.#plan = [tree.dialPlan, this.#openedPlan(tree.dialPlan)];
    const [, sip] = this.#sip;
    const [, dialPlan] = this.#plan;
    return sip === tree.sip && dialPlan === tree.dialPlan ? tree : { ...tree, sip, dialPlan };
  }

  /** There is another configuration key, or none. */
  forget(): void {
    this.#sip = undefined;
    this.#plan = undefined;
  }

  #openedSip(sip: Sip): Sip {
    const credentials = this.#opened(sip.credentials);
    const authentication = this.#opened(sip.authentication);
    const tenants = this.#openedTenants(sip.tenants);
    const isSame = credentials === sip.credentials && authentication === sip.authentication && tenants === sip.tenants;
    return isSame ? sip : { ...sip, credentials, authentication, tenants };
  }

  #openedTenants(tenants: Sip['tenants']): Sip['tenants'] {
    const all = Array.from(tenants, ([tag, tenant]) => {
      const credentials = this.#opened(tenant.credentials);
      const authentication = this.#opened(tenant.authentication);
      const isSame = credentials === tenant.credentials && authentication === tenant.authentication;
      return [tag, isSame ? tenant : { ...tenant, credentials, authentication }] as const;
    });
    return all.every(([tag, tenant]) => tenant === tenants.get(tag)) ? tenants : new Map(all);
  }

  #openedPlan(plan: Tree['dialPlan']): Tree['dialPlan'] {
    let peers: Map<number, Peers extends ReadonlyMap<number, infer Peer> ? Peer : never> | undefined;
    for (const [tag, peer] of plan.peers) {
      if (peer.authentication === undefined) continue;
      const authentication = this.#opened(peer.authentication);
      if (authentication === peer.authentication) continue;
      peers ??= new Map(plan.peers);
      peers.set(tag, { ...peer, authentication });
    }
    return peers === undefined ? plan : { ...plan, peers };
  }

  #opened<E extends Proofs>(entries: E): E {
    if (!entries.some(({ password }) => 'sealed' in password)) return entries;
    return entries.map((entry) => {
      const clear = 'sealed' in entry.password ? this.#open(entry.password.sealed) : undefined;
      return clear === undefined ? entry : { ...entry, password: { clear } };
    }) as unknown as E;
  }
}
