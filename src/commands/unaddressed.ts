import type { DialPeer } from '../call/index.ts';
import type { Tree } from './tree.ts';

/** A line that names an interface without an address, and what does not happen for that reason. */
export interface Unaddressed {
  readonly line: string;
  readonly effect: string;
}

/**
 * What is bound to an interface that does not exist or has no address. Nothing of it falls back to another address: that
 * would open what was to be closed.
 */
export function unaddressed({
  sip,
  http,
  time,
  interfaces,
  dialPlan,
  access,
  logging,
  pki,
}: Tree): readonly Unaddressed[] {
  const { tenants } = sip;
  const { control, media } = sip.bind;
  const hasIpv6 = (name: string | undefined): boolean => interfaces.get(name ?? '')?.ipv6 !== undefined;
  const bound: readonly (readonly [string, string | undefined, string])[] = [
    ['bind control source-interface', hasIpv6(control) ? undefined : control, 'SIP is heard nowhere'],
    ['bind media source-interface', hasIpv6(media) ? undefined : media, 'every SIP call fails with cause 47'],
    ...[...tenants.values()].flatMap(({ tag, bind }) => [
      [
        `voice class tenant ${tag} bind control`,
        hasIpv6(bind.control) ? undefined : bind.control,
        'its port is heard nowhere',
      ] as const,
      [
        `voice class tenant ${tag} bind media`,
        hasIpv6(bind.media) ? undefined : bind.media,
        'its calls fail with cause 47',
      ] as const,
    ]),
    ...[...dialPlan.peers.values()]
      .flatMap(peerBinds)
      .map(([words, name]) => [words, hasIpv6(name) ? undefined : name, 'its calls fail'] as const),
    ['ip http source-interface', http.server ? http.sourceInterface : undefined, 'the HTTP server answers nowhere'],
    ['ip ssh source-interface', access.ssh.sourceInterface, 'SSH is heard nowhere'],
    [
      'logging source-interface',
      logging.hosts.length === 0 ? undefined : logging.sourceInterface,
      'no host is sent the log',
    ],
    ...[...pki.trustpoints.values()].map(
      ({ name, sourceInterface }) =>
        [`crypto pki trustpoint ${name} source interface`, sourceInterface, 'it asks nobody for anything'] as const,
    ),
    ...time.servers.map(
      ({ host, source }) => [`ntp server ${host} source`, source, 'it is not asked for the time'] as const,
    ),
  ];
  return bound.flatMap(([words, name, effect]) =>
    name === undefined || interfaces.get(name)?.address !== undefined ? [] : [{ line: `${words} ${name}`, effect }],
  );
}

function peerBinds(peer: DialPeer): readonly (readonly [words: string, name: string])[] {
  if (peer.kind === 'pots' || peer.bind === undefined) return [];
  return Object.entries(peer.bind).map(([what, name]) => [
    `dial-peer voice ${peer.tag} voice-class sip bind ${what}`,
    name,
  ]);
}
