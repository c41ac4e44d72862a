import { CommandError } from '../cli/index.ts';
import type { RegistrarSettings, SipSettings } from '../sip/settings.ts';
import { type Setting, settingsOf } from './config-mode.ts';
import { transportWords } from './voice-service.ts';

const setting = settingsOf<SipSettings>();
const defaultExpiresSeconds = 3600;

function without(registrar: SipSettings['registrar'], which: 'primary' | 'secondary'): SipSettings['registrar'] {
  const { [which]: _, ...rest } = registrar;
  return rest;
}

function checkedTarget(target: string): string {
  if (/^(?:ipv4:\d{1,3}(?:\.\d{1,3}){3}|dns:[A-Za-z0-9._-]{1,253})(?::\d{1,5})?$/.test(target)) return target;
  throw new CommandError('% Invalid registrar address; expected ipv4:A.B.C.D[:port] or dns:host[:port]');
}

function printRegistrar(registrar: RegistrarSettings | undefined, secondary: boolean): readonly string[] {
  if (registrar === undefined) return [];
  const words = [
    `registrar ${registrar.target}`,
    registrar.aorDomain ? 'aor-domain' : '',
    `expires ${registrar.expiresSeconds}`,
    registrar.transport === 'udp' ? '' : transportWords(registrar.transport),
    registrar.type === undefined ? '' : `type ${registrar.type}`,
    registrar.scheme === 'sip' ? '' : `scheme ${registrar.scheme}`,
    secondary ? 'secondary' : '',
  ];
  return [words.filter((word) => word !== '').join(' ')];
}

/** `registrar`: kept and read back. Nothing is registered yet; `dialpeer check` says so. */
export const registrarSettings: readonly Setting<SipSettings>[] = [
  setting(
    'registrar <target:word> [aor-domain | expires <seconds:int(60-65535)> | tcp [tls] | type <type:word> | scheme {sip | sips} | secondary]...',
    'Configure SIP registrar',
    {
      set: (sip, args) => ({
        ...sip,
        registrar: {
          ...sip.registrar,
          [args.secondary ? 'secondary' : 'primary']: {
            target: checkedTarget(args.target),
            expiresSeconds: args.seconds ?? defaultExpiresSeconds,
            transport: args.tls ? 'tls' : args.tcp ? 'tcp' : 'udp',
            scheme: args.sips ? 'sips' : 'sip',
            ...(args.type === undefined ? {} : { type: args.type }),
            aorDomain: args.aorDomain === true,
          },
        },
      }),
      unset: (sip, { rest }) => ({
        ...sip,
        registrar: without(sip.registrar, /\bsecondary$/.test(rest ?? '') ? 'secondary' : 'primary'),
      }),
      noSyntax: 'registrar [<rest:line>]',
      print: ({ registrar }) => [
        ...printRegistrar(registrar.primary, false),
        ...printRegistrar(registrar.secondary, true),
      ],
    },
  ),
];
