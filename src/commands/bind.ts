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

/** `bind`: whose address signalling and media have, for everybody or for a tenant. */
export function bindSetting<R extends { readonly bind: Bind }>(): Setting<R> {
  return settingsOf<R>()('bind {control | media | all} source-interface <name:line>', 'SIP bind command', {
    standard: 'none',
    set: (sip, args) => ({ ...sip, bind: bound(sip.bind, args, checkedInterface(args.name)) }),
    unset: (sip, args) => ({ ...sip, bind: bound(sip.bind, args, undefined) }),
    noSyntax: 'bind {control | media | all} [<rest:line>]',
    print: ({ bind }) => [
      ...(bind.control === undefined ? [] : [`bind control source-interface ${bind.control}`]),
      ...(bind.media === undefined ? [] : [`bind media source-interface ${bind.media}`]),
    ],
  });
}
