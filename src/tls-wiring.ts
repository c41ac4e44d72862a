import type { Tree } from './commands/index.ts';
import { chooseRule, type ExpectedPeer, type Pki, type SignalingRule } from './pki/index.ts';
import { type JudgedPeer, type TlsPolicy, transportSettings } from './sip/index.ts';

type Signaling = Tree['sip']['signaling'];

/** What the SIP transport needs of the tree. A bound interface without address means no listener, never every address. */
export function transportOfTree({ sip, interfaces }: Tree): ReturnType<typeof transportSettings> {
  const name = sip.bind.control;
  if (name === undefined) return transportSettings(sip);
  const address = interfaces.get(name)?.address?.address;
  if (address !== undefined) return transportSettings(sip, address);
  return { ...transportSettings(sip), listeners: [] };
}

/** The transport's questions about a peer, answered by the PKI: credentials before the handshake, a verdict after it. */
export function tlsPolicy(pki: Pick<Pki, 'credentialsFor' | 'judge'>, signaling: () => Signaling): TlsPolicy {
  return {
    credentialsFor: (remoteHost) => {
      const chosen = pki.credentialsFor(remoteHost, signaling());
      if (!chosen.ok) return { refused: chosen.reason };
      const { rule, tls } = chosen.value;
      // Peers of one rule are judged alike: `clientVtp` and `cnSan` are part of the policy a connection is reused under.
      return { credentials: tls, policy: JSON.stringify(rule) };
    },
    judge: (peer, subject) => pki.judge(peer, expectedPeer(subject, signaling())),
  };
}

/** What the `crypto signaling` rule for the peer's address, and the target meant, demand of the peer. */
function expectedPeer({ role, remote, expectedName, isLive }: JudgedPeer, signaling: Signaling): ExpectedPeer {
  const { clientVtp, cnSan }: SignalingRule = chooseRule(remote.host, signaling) ?? {
    trustpoint: '',
    strictCipher: false,
  };
  const target = expectedName === undefined ? { address: remote.host } : { dnsName: expectedName };
  return {
    ...(role === 'server' ? { role: 'client' } : { role: 'server', ...target }),
    ...(clientVtp === undefined ? {} : { clientVtp }),
    ...(cnSan === undefined ? {} : { cnSan }),
    ...(isLive === undefined ? {} : { isLive }),
  };
}
