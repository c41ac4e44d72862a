import type { Anchor, TrustTerms, Upper } from './anchor.ts';
import type { Certificate } from './certificate.ts';
import { pathTo } from './path.ts';
import { scepUrl } from './scep-enrollments.ts';
import type { TrustpointSettings } from './settings.ts';
import type { InterfaceAddress } from './source-address.ts';
import { anchorsOf } from './trustpoint.ts';
import type { Trustpoints } from './trustpoints.ts';

/** How far `chain-validation continue` may lead from trustpoint to trustpoint. */
const mostParents = 4;

/** Whom the authenticated trustpoints trust, with the terms of each; and the pool, for those that say so. */
export class Anchors {
  readonly #trustpoints: Trustpoints;
  readonly #pool: () => readonly Certificate[];
  #all: readonly Anchor[] | undefined;

  readonly #interfaceAddress: InterfaceAddress;
  readonly #ownList: NonNullable<TrustTerms['ownList']>;

  constructor(
    trustpoints: Trustpoints,
    pool: () => readonly Certificate[],
    interfaceAddress: InterfaceAddress,
    ownList: NonNullable<TrustTerms['ownList']>,
  ) {
    this.#ownList = ownList;
    this.#interfaceAddress = interfaceAddress;
    this.#trustpoints = trustpoints;
    this.#pool = pool;
  }

  /** To be told whenever a chain, a trustpoint or the pool changed. */
  forget(): void {
    this.#all = undefined;
  }

  all(): readonly Anchor[] {
    this.#all ??= [...this.#trustpoints.settings.trustpoints.values()].flatMap((one) => this.#of(one));
    return this.#all;
  }

  termsOf(name: string): TrustTerms | undefined {
    const settings = this.#trustpoints.settings.trustpoints.get(name);
    return settings && this.#terms(settings);
  }

  #of(settings: TrustpointSettings): readonly Anchor[] {
    const own = anchorsOf(this.#trustpoints.chain(settings.name)).map((ca) => this.#anchor(settings, ca, mostParents));
    if (settings.trust?.trustpool !== true) return own;
    const { scepUrl: _, ...terms } = this.#terms(settings);
    const revocationCheck = this.#trustpoints.settings.trustpool?.revocationCheck ?? terms.revocationCheck;
    return [...own, ...this.#pool().map((certificate) => ({ certificate, terms: { ...terms, revocationCheck } }))];
  }

  #anchor(settings: TrustpointSettings, certificate: Certificate, parentsLeft: number): Anchor {
    const terms = this.#terms(settings);
    const { parent } = terms.trust;
    if (parent === undefined) return { certificate, terms };
    return { certificate, terms, upper: this.#upper(settings.name, certificate, parent, parentsLeft) };
  }

  #upper(
    name: string,
    certificate: Certificate,
    parent: string,
    parentsLeft: number,
  ): Upper | { readonly fault: string } {
    const settings = this.#trustpoints.settings.trustpoints.get(parent);
    const { ca, others } = this.#trustpoints.chain(parent);
    const fault = (words: string) => ({
      fault: `chain-validation of trustpoint ${name} continues to ${parent}, ${words}`,
    });
    if (settings === undefined || ca === undefined) return fault('which is not authenticated');
    if (parentsLeft === 0) return fault('and so on without end');
    const path = pathTo([certificate, ...this.#trustpoints.chain(name).others, ...others], ca);
    if (path === undefined) return fault('which does not anchor its CA');
    return { path, anchor: this.#anchor(settings, ca, parentsLeft - 1) };
  }

  #terms(settings: TrustpointSettings): TrustTerms {
    const { name, revocationCheck, trust = {}, sourceInterface } = settings;
    const localHost = sourceInterface && this.#interfaceAddress(sourceInterface);
    const maps = Map.groupBy(this.#trustpoints.settings.certificateMaps?.values() ?? [], (entry) => entry.name);
    const url = scepUrl(settings);
    const mayAsk = url.ok && this.#trustpoints.chain(name).identity !== undefined;
    const from = localHost === undefined ? {} : { localHost };
    const ownList = this.#ownList;
    return { trustpoint: name, revocationCheck, trust, maps, ownList, ...from, ...(mayAsk && { scepUrl: url.value }) };
  }
}
