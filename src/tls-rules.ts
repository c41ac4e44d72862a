import type { SignalingRules, Tree } from './commands/index.ts';
import type { CipherPolicy, SignalingRule } from './pki/index.ts';
import {
  type CipherChoice,
  cipherNames,
  type ProfileEntry,
  type SignalingEntry,
  type TlsClasses,
  type TlsVersions,
  type TrustpointEntry,
} from './sip/settings.ts';

/** What `crypto signaling` says of a peer, its classes looked up: whom to be, whom to believe, what to offer. */
export interface TlsRule extends SignalingRule {
  /** In place of what the PKI offers by itself. */
  readonly cipherPolicy: CipherPolicy;
}

type Role = 'client' | 'server';
type Settings = Pick<Tree, 'tlsClasses'> & { readonly sip: Pick<Tree['sip'], 'signaling' | 'tlsVersions' | 'tenants'> };

/** The rules of the moment, made anew when what they are made of is another: every call that leaves asks for them. */
export class TlsRules {
  #of: Settings | undefined;
  readonly #rules: Partial<Record<Role, readonly TlsRule[]>> = {};
  readonly #ofTenants = new Map<string, TlsRule>();

  find(settings: Settings, role: Role): readonly TlsRule[] {
    this.#follow(settings);
    this.#rules[role] ??= tlsRules(settings, role);
    return this.#rules[role];
  }

  /** The rule of a tenant with a `tls-profile`: whoever the peer is. */
  ofTenant(settings: Settings, role: Role, tag: number): TlsRule | undefined {
    const tlsProfile = settings.sip.tenants.get(tag)?.tlsProfile;
    if (tlsProfile === undefined) return undefined;
    this.#follow(settings);
    const key = `${role} ${tlsProfile}`;
    const rule =
      this.#ofTenants.get(key) ?? byProfile({ tlsProfile }, settings.tlsClasses, role, settings.sip.tlsVersions);
    this.#ofTenants.set(key, rule);
    return rule;
  }

  #follow(settings: Settings): void {
    if (this.#of?.sip === settings.sip && this.#of.tlsClasses === settings.tlsClasses) return;
    this.#of = settings;
    delete this.#rules.client;
    delete this.#rules.server;
    this.#ofTenants.clear();
  }
}

/** The rules as commands ask for them. */
export function signalingRules(settings: () => Settings): SignalingRules {
  const rules = new TlsRules();
  const ofTenant = (role: Role, tag: number): readonly SignalingRule[] => {
    const rule = rules.ofTenant(settings(), role, tag);
    return rule === undefined ? [] : [{ ...rule, namedBy: `the tls-profile of tenant ${tag}` }];
  };
  const of = (role: Role, tag: number): readonly SignalingRule[] => {
    const own = ofTenant(role, tag);
    return own.length > 0 ? own : rules.find(settings(), role);
  };
  const roles = ['server', 'client'] as const;
  const tags = (): readonly number[] => [...settings().sip.tenants.keys()];
  return {
    of,
    all: () =>
      roles.flatMap((role) => [...rules.find(settings(), role), ...tags().flatMap((tag) => ofTenant(role, tag))]),
  };
}

/** The rules in the order typed, for what we are in the handshake. */
export function tlsRules({ sip, tlsClasses }: Settings, role: Role): readonly TlsRule[] {
  return sip.signaling.map((entry) => ({
    ...(entry.remote === undefined ? {} : { remote: entry.remote }),
    ...ruleOf(entry, tlsClasses, role, sip.tlsVersions),
  }));
}

function ruleOf(entry: SignalingEntry, classes: TlsClasses, role: Role, versions: TlsVersions): TlsRule {
  return 'tlsProfile' in entry ? byProfile(entry, classes, role, versions) : byTrustpoint(entry, versions);
}

function byTrustpoint(entry: TrustpointEntry, versions: TlsVersions): TlsRule {
  const { trustpoint, strictCipher, ecdsaCipher, clientVtp, cnSanServer } = entry;
  const choice = strictCipher ? 'strict' : ecdsaCipher === '384' ? 'ecdsa 384' : ecdsaCipher && 'ecdsa';
  return {
    trustpoint,
    strictCipher,
    ...(clientVtp === undefined ? {} : { clientVtp }),
    ...(cnSanServer === undefined ? {} : { cnSan: { server: true, client: false, names: [] } }),
    ...policyOf(choice && suitesOf[choice], choice, versions),
  };
}

function byProfile({ tlsProfile }: ProfileEntry, classes: TlsClasses, role: Role, versions: TlsVersions): TlsRule {
  const profile = classes.profiles.get(tlsProfile);
  const none = { trustpoint: '', strictCipher: false, cipherPolicy: rangeOf[versions] };
  if (profile === undefined) return { ...none, fault: `voice class tls-profile ${tlsProfile} is not defined` };
  const { trustpoint, cipher, clientVtp, cnSan, names } = profile;
  if (trustpoint === undefined) return { ...none, fault: `voice class tls-profile ${tlsProfile} has no trustpoint` };
  const list = typeof cipher === 'number' ? classes.ciphers.get(cipher) : undefined;
  if (typeof cipher === 'number' && list === undefined)
    return { ...none, fault: `voice class tls-cipher ${cipher} is not defined` };
  const choice = typeof cipher === 'number' ? undefined : cipher;
  const named = [...(list?.ciphers ?? [])].toSorted(([a], [b]) => a - b).map(([, name]) => cipherNames[name]);
  return {
    trustpoint: role === 'client' ? (trustpoint.client ?? trustpoint.name) : trustpoint.name,
    strictCipher: choice === 'strict',
    ...(clientVtp === undefined ? {} : { clientVtp }),
    ...(cnSan === undefined ? {} : { cnSan: { ...provedBy(cnSan), names: [...names.values()] } }),
    ...policyOf(list === undefined ? choice && suitesOf[choice] : named, choice, versions),
  };
}

function provedBy(cnSan: 'server' | 'client' | 'bidirectional'): {
  readonly server: boolean;
  readonly client: boolean;
} {
  return { server: cnSan !== 'client', client: cnSan !== 'server' };
}

/** A TLS 1.3 suite does not name the kind of certificate, so `ecdsa-cipher` leaves those of AES there. */
const suitesOf: Readonly<Record<CipherChoice, readonly string[]>> = (() => {
  const ecdsa = [
    cipherNames.AES256_GCM_SHA384,
    cipherNames.AES128_GCM_SHA256,
    cipherNames.ECDHE_ECDSA_AES256_GCM_SHA384,
    cipherNames.ECDHE_ECDSA_AES128_GCM_SHA256,
  ];
  return { strict: [cipherNames.RSA_WITH_AES_128_CBC_SHA], ecdsa, 'ecdsa 384': ecdsa };
})();

const order = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;

const rangeOf: Readonly<Record<TlsVersions, Pick<CipherPolicy, 'minVersion' | 'maxVersion'>>> = {
  all: { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' },
  'v1.0': { minVersion: 'TLSv1', maxVersion: 'TLSv1' },
  'v1.1': { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' },
  'v1.2': { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' },
  'v1.2 minimum': { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' },
  'v1.3': { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' },
};

/** Suites that TLS 1.0 and 1.1 have. OpenSSL signs with SHA-1 there, which its usual security level forbids. */
const oldSuites = ['ECDHE-RSA-AES256-SHA', 'ECDHE-RSA-AES128-SHA', 'DHE-RSA-AES256-SHA', 'DHE-RSA-AES128-SHA'];
const oldest = [...oldSuites, 'AES256-SHA', 'AES128-SHA'];
const oldLevel = '@SECLEVEL=0';

/** What is offered: the versions that both the line and the suites allow. Suites undefined: those of the PKI. */
function policyOf(
  suites: readonly string[] | undefined,
  choice: CipherChoice | undefined,
  versions: TlsVersions,
): Pick<TlsRule, 'cipherPolicy' | 'fault'> {
  const range = rangeOf[versions];
  const curves = choice === 'ecdsa 384' ? { curves: 'P-384' } : {};
  if (order.indexOf(range.maxVersion) < order.indexOf('TLSv1.2')) {
    const left = suites === undefined ? oldest : oldest.filter((name) => suites.includes(name));
    const cipherPolicy = { ...range, ciphers: [...left, oldLevel].join(':') };
    return left.length > 0 ? { cipherPolicy } : { cipherPolicy, fault: noneLeft(versions) };
  }
  if (suites === undefined) return { cipherPolicy: { ...range, ...curves } };
  const modern = suites.filter((name) => name.startsWith('TLS_'));
  const minVersion = modern.length === suites.length ? 'TLSv1.3' : range.minVersion;
  const maxVersion = modern.length === 0 ? 'TLSv1.2' : range.maxVersion;
  const cipherPolicy = { minVersion, maxVersion, ciphers: suites.join(':'), ...curves };
  const isEmpty = suites.length === 0 || order.indexOf(minVersion) > order.indexOf(maxVersion);
  return isEmpty ? { cipherPolicy, fault: noneLeft(versions) } : { cipherPolicy };
}

function noneLeft(versions: TlsVersions): string {
  return `no cipher suite is left for TLS ${versions === 'all' ? '1.2 and 1.3' : versions}`;
}
