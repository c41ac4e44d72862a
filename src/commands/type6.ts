import { type CaServerSettings, type ConfigKeyFace, decodeType7, type TrustpointSettings } from '../pki/index.ts';
import type { SipPassword, SipSettings } from '../sip/settings.ts';
import type { Tree } from './tree.ts';

type Sealer = Pick<ConfigKeyFace, 'state' | 'sealPassword' | 'openPassword' | 'isCurrent'>;

/**
 * The tree with its passwords as type 6, sealed with the configuration key that is set: those that can be read back, in
 * clear, type 7 or under a key before. The same tree when there is nothing to do, and while `password encryption aes` or
 * the key is missing. What is sealed stays sealed then, as on IOS.
 */
export function sealPasswords(tree: Tree, key: Sealer): Tree {
  if (tree.pki.encryptPasswords !== true || key.state !== 'set') return tree;
  const trustpoints = mapped(tree.pki.trustpoints, (trustpoint) => sealedTrustpoint(trustpoint, key));
  const servers = mapped(tree.pki.servers, (server) => sealedServer(server, key));
  const kept = mapped(tree.kept, (lines) => sealedLines(lines, key));
  const peers = mapped(tree.dialPlan.peers, (peer) => {
    const authentication = peer.authentication && sealedEntries(peer.authentication, key);
    return authentication === undefined || authentication === peer.authentication ? peer : { ...peer, authentication };
  });
  const sip = sealedSip(tree.sip, key);
  const isSamePki = trustpoints === tree.pki.trustpoints && servers === tree.pki.servers;
  const pki = isSamePki ? tree.pki : { ...tree.pki, trustpoints, servers };
  const dialPlan = peers === tree.dialPlan.peers ? tree.dialPlan : { ...tree.dialPlan, peers };
  const isSame = pki === tree.pki && kept === tree.kept && dialPlan === tree.dialPlan && sip === tree.sip;
  return isSame ? tree : { ...tree, kept, pki, dialPlan, sip };
}

function sealedSip(sip: SipSettings, key: Sealer): SipSettings {
  const tenants = mapped(sip.tenants, (tenant) => sealedProofs(tenant, key));
  const sealed = sealedProofs(sip, key);
  return tenants === sip.tenants ? sealed : { ...sealed, tenants };
}

/** `authentication` and `credentials` of `sip-ua` or of a tenant. */
function sealedProofs<R extends Pick<SipSettings, 'authentication' | 'credentials'>>(record: R, key: Sealer): R {
  const authentication = sealedEntries(record.authentication, key);
  const credentials = sealedEntries(record.credentials, key);
  return authentication === record.authentication && credentials === record.credentials
    ? record
    : { ...record, authentication, credentials };
}

/** The same list when every password stays as it is. */
function sealedEntries<E extends { readonly password: SipPassword }>(entries: readonly E[], key: Sealer): readonly E[] {
  const next = entries.map((entry) => {
    const { password } = entry;
    const sealed = 'clear' in password ? key.sealPassword(password.clear) : resealed(password.sealed, key);
    return sealed === undefined ? entry : { ...entry, password: { sealed } };
  });
  return next.every((entry, i) => entry === entries[i]) ? entries : next;
}

/** The same map when every value stays the same. */
function mapped<K, V>(map: ReadonlyMap<K, V>, change: (value: V) => V): ReadonlyMap<K, V> {
  let next: Map<K, V> | undefined;
  for (const [name, value] of map) {
    const changed = change(value);
    if (changed === value) continue;
    next ??= new Map(map);
    next.set(name, changed);
  }
  return next ?? map;
}

function sealedTrustpoint(trustpoint: TrustpointSettings, key: Sealer): TrustpointSettings {
  const { password, ...rest } = trustpoint;
  const sealed = password === undefined ? resealed(rest.sealedPassword, key) : key.sealPassword(password);
  return sealed === undefined ? trustpoint : { ...rest, sealedPassword: sealed };
}

function sealedServer(server: CaServerSettings, key: Sealer): CaServerSettings {
  if (server.archive === undefined) return server;
  const { password, ...rest } = server.archive;
  const sealed = password === undefined ? resealed(rest.sealedPassword, key) : key.sealPassword(password);
  return sealed === undefined ? server : { ...server, archive: { ...rest, sealedPassword: sealed } };
}

/** Undefined when it is sealed with the key that is set, or with one that is not known. */
function resealed(sealed: string | undefined, key: Sealer): string | undefined {
  if (sealed === undefined || key.isCurrent(sealed)) return undefined;
  const clear = key.openPassword(sealed);
  return clear === undefined ? undefined : key.sealPassword(clear);
}

const password = / password ([67]) (\S+)/;

function sealedLines(lines: readonly string[], key: Sealer): readonly string[] {
  const next = lines.map((line) => {
    const [, kind, text] = password.exec(line) ?? [];
    if (kind === undefined || text === undefined) return line;
    const clear = kind === '7' ? decodeType7(text) : undefined;
    const sealed = clear?.ok ? key.sealPassword(clear.value) : kind === '6' ? resealed(text, key) : undefined;
    return sealed === undefined ? line : line.replace(password, ` password 6 ${sealed}`);
  });
  return next.every((line, i) => line === lines[i]) ? lines : next;
}
