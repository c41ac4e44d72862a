import type { Tree } from './commands/index.ts';
import type { Pki } from './pki/index.ts';
import { type TlsPolicy, transportSettings } from './sip/index.ts';

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
      const { trustpoint, tls } = chosen.value;
      return { credentials: tls, policy: `${trustpoint} ${tls.ciphers ?? ''}` };
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
