import type { SignalingEntry, SipSettings } from '../sip/settings.ts';
import { settingsOf } from './config-mode.ts';

const setting = settingsOf<SipSettings>();
const hostMask = '255.255.255.255';

interface Peer {
  readonly address?: string | undefined;
  readonly mask?: string | undefined;
}

/** The peer a line names; undefined for `default`. Without a mask it is that one host (the older documents type it so). */
function remoteOf({ address, mask = hostMask }: Peer): SignalingEntry['remote'] {
  return address === undefined ? undefined : { address, mask };
}

function samePeer(a: SignalingEntry['remote'], b: SignalingEntry['remote']): boolean {
  return a?.address === b?.address && a?.mask === b?.mask;
}

/** A line for a peer already named replaces that one, in its place. */
function withSignaling(all: readonly SignalingEntry[], entry: SignalingEntry): readonly SignalingEntry[] {
  const at = all.findIndex((other) => samePeer(other.remote, entry.remote));
  return at < 0 ? [...all, entry] : all.with(at, entry);
}

/** IOS reads the address form back with two blanks before `trustpoint`, and a blank after `strict-cipher`. */
function printSignaling({ remote, trustpoint, strictCipher }: SignalingEntry): string {
  const peer = remote === undefined ? 'default' : `remote-addr ${remote.address} ${remote.mask} `;
  return `crypto signaling ${peer} trustpoint ${trustpoint}${strictCipher ? ' strict-cipher ' : ''}`;
}

/** `crypto signaling`: which certificate TLS uses, by the peer's address. */
export const signalingSetting = setting(
  'crypto signaling {default | remote-addr <address:ipv4> [<mask:mask>]} trustpoint <trustpoint:word> [strict-cipher]',
  'Trustpoint of TLS connections, by remote address',
  {
    set: (sip, args) => {
      const remote = remoteOf(args);
      const entry = { trustpoint: args.trustpoint, strictCipher: args.strictCipher === true };
      return { ...sip, signaling: withSignaling(sip.signaling, remote === undefined ? entry : { remote, ...entry }) };
    },
    unset: (sip, args) => ({ ...sip, signaling: sip.signaling.filter((e) => !samePeer(e.remote, remoteOf(args))) }),
    noSyntax: 'crypto signaling {default | remote-addr <address:ipv4> [<mask:mask>]} [<rest:line>]',
    print: ({ signaling }) => signaling.map(printSignaling),
  },
);
