import { CommandError } from '../cli/index.ts';
import type { SignalingEntry, SipSettings, TrustpointEntry } from '../sip/settings.ts';
import { settingsOf } from './config-mode.ts';

const setting = settingsOf<SipSettings>();
const hostMask = '255.255.255.255';

interface Peer {
  readonly address?: string | undefined;
  readonly mask?: string | undefined;
  readonly prefix?: string | undefined;
}

/** The peer a line names; undefined for `default`. Without a mask it is that one host (the older documents type it so). */
function remoteOf({ address, mask, prefix }: Peer): SignalingEntry['remote'] {
  if (address === undefined) return undefined;
  return { address, mask: mask ?? (prefix === undefined ? hostMask : maskOf(Number(prefix.slice(1)))) };
}

/** `/24` written out. */
function maskOf(bits: number): string {
  const mask = bits === 0 ? 0 : (0xffff_ffff << (32 - bits)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (mask >>> shift) & 255).join('.');
}

function samePeer(a: SignalingEntry['remote'], b: SignalingEntry['remote']): boolean {
  return a?.address === b?.address && a?.mask === b?.mask;
}

/** A line for a peer already named replaces that one, in its place. */
function withSignaling(all: readonly SignalingEntry[], entry: SignalingEntry): readonly SignalingEntry[] {
  const at = all.findIndex((other) => samePeer(other.remote, entry.remote));
  return at < 0 ? [...all, entry] : all.with(at, entry);
}

/** IOS reads the address form back with two blanks before what is used for it, and a blank after `strict-cipher`. */
function printSignaling(entry: SignalingEntry): string {
  const { remote } = entry;
  const peer = remote === undefined ? 'default' : `remote-addr ${remote.address} ${remote.mask} `;
  const means = 'tlsProfile' in entry ? `tls-profile ${entry.tlsProfile}` : `trustpoint ${trustpointWords(entry)}`;
  return `crypto signaling ${peer} ${means}`;
}

function trustpointWords({ trustpoint, strictCipher, ecdsaCipher, clientVtp, cnSanServer }: TrustpointEntry): string {
  return [
    trustpoint,
    ...(cnSanServer ? ['cn-san-validate server'] : []),
    ...(clientVtp === undefined ? [] : [`client-vtp ${clientVtp}`]),
    ...(ecdsaCipher === undefined ? [] : [`ecdsa-cipher${ecdsaCipher === '384' ? ' curve-size 384' : ''}`]),
    ...(strictCipher ? ['strict-cipher '] : []),
  ].join(' ');
}

const peer = '{default | remote-addr <address:ipv4> [<mask:mask> | <prefix:prefix>]}';
const options = '[cn-san-validate server | client-vtp <vtp:word> | ecdsa-cipher [curve-size 384] | strict-cipher]...';

/** `crypto signaling`: which certificate TLS uses, by the peer's address, and what it demands of the peer. */
export const signalingSetting = setting(
  `crypto signaling ${peer} {tls-profile <tag:int(1-10000)> | trustpoint <trustpoint:word> ${options}}`,
  'Trustpoint of TLS connections, by remote address',
  {
    set: (sip, args) => {
      const remote = remoteOf(args);
      const entry = { ...(remote === undefined ? {} : { remote }), ...meansOf(args) };
      return { ...sip, signaling: withSignaling(sip.signaling, entry) };
    },
    unset: (sip, args) => ({ ...sip, signaling: sip.signaling.filter((e) => !samePeer(e.remote, remoteOf(args))) }),
    noSyntax: `crypto signaling ${peer} [<rest:line>]`,
    print: ({ signaling }) => signaling.map(printSignaling),
  },
);

interface Means {
  readonly tag?: number | undefined;
  readonly trustpoint?: string | undefined;
  readonly vtp?: string | undefined;
  readonly cnSanValidate?: true | undefined;
  readonly ecdsaCipher?: true | undefined;
  readonly curveSize?: true | undefined;
  readonly strictCipher?: true | undefined;
}

function meansOf(words: Means): SignalingEntry {
  const { tag, trustpoint, vtp, cnSanValidate, ecdsaCipher, curveSize, strictCipher } = words;
  if (tag !== undefined) return { tlsProfile: tag };
  if (ecdsaCipher && strictCipher) throw new CommandError('% ecdsa-cipher and strict-cipher exclude each other');
  return {
    trustpoint: trustpoint ?? '',
    strictCipher: strictCipher === true,
    ...(ecdsaCipher ? { ecdsaCipher: curveSize ? '384' : 'any' } : {}),
    ...(vtp === undefined ? {} : { clientVtp: vtp }),
    ...(cnSanValidate ? { cnSanServer: true } : {}),
  };
}
