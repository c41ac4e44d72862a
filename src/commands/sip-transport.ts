import type { SipSettings, TlsVersions, TransportName } from '../sip/settings.ts';
import { settingsOf } from './config-mode.ts';
import { transportNamed, transportWords } from './voice-service.ts';

const setting = settingsOf<SipSettings>();
const transportNames = ['udp', 'tcp', 'tls'] as const;

interface TransportWords {
  readonly udp?: true | undefined;
  readonly tls?: true | undefined;
  readonly 'v1.0'?: true | undefined;
  readonly 'v1.1'?: true | undefined;
  readonly 'v1.2'?: true | undefined;
  readonly 'v1.3'?: true | undefined;
  readonly minimum?: true | undefined;
}

function versionsOf(words: TransportWords): TlsVersions {
  if (words['v1.2']) return words.minimum ? 'v1.2 minimum' : 'v1.2';
  return words['v1.0'] ? 'v1.0' : words['v1.1'] ? 'v1.1' : words['v1.3'] ? 'v1.3' : 'all';
}

function listening(sip: SipSettings, transport: TransportName, isOn: boolean): SipSettings {
  return { ...sip, transports: { ...sip.transports, [transport]: isOn } };
}

function printOne({ transports, tlsVersions }: SipSettings, name: TransportName): string {
  const versions = name === 'tls' && transports.tls && tlsVersions !== 'all' ? ` ${tlsVersions}` : '';
  return `${transports[name] ? '' : 'no '}transport ${transportWords(name)}${versions}`;
}

/** What newer releases say of a version that is broken. */
function weak(versions: TlsVersions): readonly string[] {
  if (versions !== 'v1.0' && versions !== 'v1.1') return [];
  return [
    `SECURITY WARNING - Module: SIPUA, Command: transport tcp tls ${versions}, Reason: Weak tls version, `,
    'Remediation: Use stronger tls version to enhance security',
  ];
}

/** `transport`: which sockets listen, and which versions of TLS are spoken in both directions. */
export const transportSetting = setting(
  'transport {udp | tcp [tls [v1.0 | v1.1 | v1.2 [minimum] | v1.3]]}',
  'Enable the SIP user agent for a transport',
  {
    standard: 'all three on, TLS 1.2 and 1.3',
    set: (sip, args, { terminal }) => {
      const transport = transportNamed(args);
      const next = listening(sip, transport, true);
      if (transport !== 'tls') return next;
      const tlsVersions = versionsOf(args);
      for (const line of weak(tlsVersions)) terminal.print(line);
      return { ...next, tlsVersions };
    },
    unset: (sip, args) => {
      const transport = transportNamed(args);
      if (transport !== 'tls') return listening(sip, transport, false);
      // With a version it is the version that is taken back; without one the socket is closed.
      return versionsOf(args) === 'all'
        ? { ...listening(sip, 'tls', false), tlsVersions: 'all' }
        : { ...sip, tlsVersions: 'all' };
    },
    reset: (sip, args) => {
      const transport = transportNamed(args);
      const next = listening(sip, transport, true);
      return transport === 'tls' ? { ...next, tlsVersions: 'all' } : next;
    },
    noSyntax: 'transport {udp | tcp [tls [v1.0 | v1.1 | v1.2 [minimum] | v1.3]]}',
    print: (sip) =>
      transportNames
        .filter((name) => !sip.transports[name] || (name === 'tls' && sip.tlsVersions !== 'all'))
        .map((name) => printOne(sip, name)),
    default: (sip) => transportNames.map((name) => printOne(sip, name)),
  },
);
