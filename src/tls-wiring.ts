import type { Tree } from './commands/index.ts';
import { chooseRule, type Pki } from './pki/index.ts';
import { type TlsPolicy, transportSettings } from './sip/index.ts';
import { TlsRules } from './tls-rules.ts';

/** What the SIP transport needs of the tree. A bound interface without address means no listener, never every address. */
export function transportOfTree({ sip, interfaces }: Tree): ReturnType<typeof transportSettings> {
  const name = sip.bind.control;
  if (name === undefined) return transportSettings(sip);
  const address = interfaces.get(name)?.address?.address;
  if (address !== undefined) return transportSettings(sip, address);
  return { ...transportSettings(sip), listeners: [] };
}

/** The transport's questions about a peer, answered by the PKI: credentials before the handshake, a verdict after it. */
export function tlsPolicy(
  pki: Pick<Pki, 'credentialsFor' | 'judge'>,
  settings: () => Pick<Tree, 'sip' | 'tlsClasses'>,
): TlsPolicy {
  const rules = new TlsRules();
  return {
    credentialsFor: (remoteHost, role) => {
      const rule = chooseRule(remoteHost, rules.find(settings(), role));
      if (rule?.fault !== undefined) return { refused: rule.fault };
      const chosen = pki.credentialsFor(remoteHost, rule === undefined ? [] : [rule]);
      if (!chosen.ok) return { refused: chosen.reason };
      const { trustpoint, tls } = chosen.value;
      const credentials = { ...tls, ...rule?.cipherPolicy };
      // Whatever the rule demands of a peer is part of what a connection may be used for again.
      const policy = JSON.stringify([trustpoint, rule?.cipherPolicy, rule?.clientVtp, rule?.cnSan]);
      return { credentials, policy, trustpoint };
    },
    judge: (peer, subject) => {
      if (subject.role === 'server') return pki.judge(peer, { role: 'client' });
      const { expectedName, remote } = subject;
      return pki.judge(peer, {
        role: 'server',
        ...(expectedName === undefined ? { address: remote.host } : { dnsName: expectedName }),
      });
    },
  };
}
