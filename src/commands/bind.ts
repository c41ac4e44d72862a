import type { VoipPeer } from '../call/index.ts';
import type { SipSettings } from '../sip/settings.ts';
import { type Setting, settingsOf } from './config-mode.ts';
import { checkedInterface } from './interface.ts';

type Bind = SipSettings['bind'];

interface BindWords {
  readonly control?: true | undefined;
  readonly media?: true | undefined;
  readonly all?: true | undefined;
}

/** What `bind` names: `all` is both. */
function bound(bind: Bind, which: BindWords, to: string | undefined): Bind {
  const control = which.control || which.all ? to : bind.control;
  const media = which.media || which.all ? to : bind.media;
  return { ...(control === undefined ? {} : { control }), ...(media === undefined ? {} : { media }) };
}

/** Two lines where both are bound, as IOS has it. */
function printed(words: string, { control, media }: Bind): readonly string[] {
  return [
    ...(control === undefined ? [] : [`${words} control source-interface ${control}`]),
    ...(media === undefined ? [] : [`${words} media source-interface ${media}`]),
  ];
}

/** `voice-class sip bind` of a dial peer. */
export const peerBindSetting: Setting<VoipPeer> = settingsOf<VoipPeer>()(
  'voice-class sip bind {control | media | all} source-interface <name:line>',
  'Interface whose address signalling and media of calls have',
  {
    standard: 'as the tenant or the gateway is bound',
    set: (peer, args) => ({ ...peer, bind: bound(peer.bind ?? {}, args, checkedInterface(args.name)) }),
    unset: ({ bind: before = {}, ...peer }, args) => {
      const bind = bound(before, args, undefined);
      return Object.keys(bind).length === 0 ? peer : { ...peer, bind };
    },
    noSyntax: 'voice-class sip bind {control | media | all} [<rest:line>]',
    print: ({ bind = {} }) => printed('voice-class sip bind', bind),
  },
);

/** `bind`: whose address signalling and media have, for everybody or for a tenant. */
export function bindSetting<R extends { readonly bind: Bind }>(): Setting<R> {
  return settingsOf<R>()('bind {control | media | all} source-interface <name:line>', 'SIP bind command', {
    standard: 'none',
    set: (sip, args) => ({ ...sip, bind: bound(sip.bind, args, checkedInterface(args.name)) }),
    unset: (sip, args) => ({ ...sip, bind: bound(sip.bind, args, undefined) }),
    noSyntax: 'bind {control | media | all} [<rest:line>]',
    print: ({ bind }) => printed('bind', bind),
  });
}
