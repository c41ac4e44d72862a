import type { PeerKeepalive, VoipPeer } from '../../call/index.ts';
import { heartbeatDefaults } from '../../sip/settings.ts';
import { type Setting, settingsOf } from '../config-mode.ts';

const setting = settingsOf<VoipPeer>();

function without({ keepalive: _, ...peer }: VoipPeer): VoipPeer {
  return peer;
}

/** The words behind `options-keepalive`. */
function printKeepalive(keepalive: PeerKeepalive): string {
  if ('profile' in keepalive) return ` profile ${keepalive.profile}`;
  const { upSeconds, downSeconds, retries } = keepalive;
  return [
    upSeconds === heartbeatDefaults.upSeconds ? '' : ` up-interval ${upSeconds}`,
    downSeconds === heartbeatDefaults.downSeconds ? '' : ` down-interval ${downSeconds}`,
    retries === heartbeatDefaults.retries ? '' : ` retry ${retries}`,
  ].join('');
}

/** `voice-class sip options-keepalive`, by itself or by a profile: the one typed last holds. */
export const keepaliveSettings: readonly Setting<VoipPeer>[] = [
  setting(
    'voice-class sip options-keepalive [up-interval <up:int(5-1200)>] [down-interval <down:int(5-1200)>] [retry <count:int(1-10)>]',
    'Ask the target with OPTIONS whether it lives',
    {
      standard: 'off',
      set: (peer, { up, down, count }) => {
        const { upSeconds, downSeconds, retries } = heartbeatDefaults;
        const timing = { upSeconds: up ?? upSeconds, downSeconds: down ?? downSeconds, retries: count ?? retries };
        return { ...peer, keepalive: timing };
      },
      unset: without,
      noSyntax: 'voice-class sip options-keepalive [<rest:line>]',
      print: ({ keepalive }) =>
        keepalive === undefined ? undefined : `voice-class sip options-keepalive${printKeepalive(keepalive)}`,
    },
  ),
  setting(
    'voice-class sip options-keepalive profile <tag:int(1-10000)>',
    'Ask the targets with OPTIONS as a profile says',
    {
      standard: 'none',
      set: (peer, { tag }) => ({ ...peer, keepalive: { profile: tag } }),
      print: () => undefined,
    },
  ),
];
