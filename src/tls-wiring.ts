import type { Tree } from './commands/index.ts';
import { chooseRule, type ExpectedPeer, type Pki } from './pki/index.ts';
import { type JudgedPeer, type PeerBind, type TlsPolicy, type TlsRole, transportSettings } from './sip/index.ts';
import { noTenant } from './sip/settings.ts';
import { type TlsRule, TlsRules } from './tls-rules.ts';

/** What the SIP transport needs of the tree. A bound interface without address means no listener, never every address. */
export function transportOfTree({ sip, interfaces, dialPlan }: Tree): ReturnType<typeof transportSettings> {
  const hostsOf = (name: string) => {
    const bound = interfaces.get(name);
    return { ipv4: bound?.address?.address, ipv6: bound?.ipv6?.address };
  };
  return transportSettings(sip, hostsOf, peerBinds(dialPlan.peers));
}

/** By the peers: ten thousand of them are not read again while they are the same. */
const knownBinds = new WeakMap<Tree['dialPlan']['peers'], readonly PeerBind[]>();

/** The interfaces that dial peers are bound to, each once for each tenant. */
function peerBinds(peers: Tree['dialPlan']['peers']): readonly PeerBind[] {
  const known = knownBinds.get(peers);
  if (known !== undefined) return known;
  const found = new Map<string, PeerBind>();
  for (const peer of peers.values()) {
    const control = peer.kind === 'voip' && !peer.shutdown ? peer.bind?.control : undefined;
    if (peer.kind === 'pots' || control === undefined) continue;
    const { tenant = noTenant } = peer;
    found.set(`${tenant} ${control}`, { tenant, control });
  }
  const binds = [...found.values()];
  knownBinds.set(peers, binds);
  return binds;
}

/** Whether a change of the configuration could be one of what is listened on, or left from. */
export function touchesTransport(old: Tree, next: Tree): boolean {
  if (old.sip !== next.sip || old.interfaces !== next.interfaces) return true;
  const [before, after] = [old, next].map(({ dialPlan }) => peerBinds(dialPlan.peers));
  return before !== after && JSON.stringify(before) !== JSON.stringify(after);
}

/** The transport's questions about a peer, answered by the PKI: credentials before the handshake, a verdict after it. */
export function tlsPolicy(
  pki: Pick<Pki, 'credentialsFor' | 'judge'>,
  settings: () => Pick<Tree, 'sip' | 'tlsClasses'>,
): TlsPolicy {
  const rules = new TlsRules();
  /** Rules as text: every call that leaves over TLS asks. */
  const texts = new WeakMap<TlsRule, string>();
  const textOf = (rule: TlsRule): string => {
    const text = texts.get(rule) ?? JSON.stringify(rule);
    texts.set(rule, text);
    return text;
  };
  const ruleFor = (host: string, role: TlsRole, tenant: number): TlsRule | undefined =>
    rules.ofTenant(settings(), role, tenant) ?? chooseRule(host, rules.find(settings(), role));
  return {
    credentialsFor: (remoteHost, role, tenant) => {
      const rule = ruleFor(remoteHost, role, tenant);
      if (rule?.fault !== undefined) return { refused: rule.fault };
      const chosen = pki.credentialsFor(remoteHost, rule === undefined ? [] : [rule], role);
      if (!chosen.ok) return { refused: chosen.reason };
      // Peers of one rule are judged alike: what it demands is part of the policy a connection is reused under.
      const policy = rule === undefined ? '' : textOf(rule);
      return {
        credentials: { ...chosen.value.tls, ...rule?.cipherPolicy, resumption: policy },
        policy,
        trustpoint: chosen.value.trustpoint,
        names: chosen.value.names,
      };
    },
    judge: (peer, subject) => {
      const { remote, role, tenant } = subject;
      return pki.judge(peer, expectedPeer(subject, ruleFor(remote.host, role, tenant)));
    },
  };
}

/** What the tenant's profile or the `crypto signaling` rule for the peer's address, and the target meant, demand of the peer. */
function expectedPeer({ role, remote, expectedName, isLive }: JudgedPeer, rule: TlsRule | undefined): ExpectedPeer {
  const target = expectedName === undefined ? { address: remote.host } : { dnsName: expectedName };
  return {
    ...(role === 'server' ? { role: 'client' } : { role: 'server', ...target }),
    ...(rule?.clientVtp === undefined ? {} : { clientVtp: rule.clientVtp }),
    ...(rule?.cnSan === undefined ? {} : { cnSan: rule.cnSan }),
    ...(isLive === undefined ? {} : { isLive }),
  };
}
