import { CommandError } from '../cli/index.ts';
import type { RegistrarSettings, SipSettings } from '../sip/settings.ts';
import { type Setting, settingsOf } from './config-mode.ts';
import { transportWords } from './voice-service.ts';

const setting = settingsOf<SipSettings>();
const defaultExpiresSeconds = 3600;
const defaultRefreshRatio = 80;

const wrongTarget = '% Invalid registrar address; expected ipv4:A.B.C.D[:port], ipv6:[X::X][:port] or dns:host[:port]';

function checkedTarget(target: string): string {
  if (target === 'dhcp') throw new CommandError('% The registrar cannot be had from DHCP');
  const parts =
    /^(?:ipv4:(\d{1,3}(?:\.\d{1,3}){3})|dns:[A-Za-z0-9._-]{1,253}|ipv6:\[[0-9A-Fa-f:.]{2,45}\])(?::(\d{1,5}))?$/.exec(
      target,
    );
  const octets = parts?.[1]?.split('.') ?? [];
  const port = parts?.[2] === undefined ? 1 : Number(parts[2]);
  if (parts !== null && octets.every((octet) => Number(octet) < 256) && port > 0 && port < 65_536) return target;
  throw new CommandError(wrongTarget);
}

function isSame(one: RegistrarSettings, other: Pick<RegistrarSettings, 'index' | 'secondary'>): boolean {
  return one.index === other.index && one.secondary === other.secondary;
}

/** A registrar of the same index and rank takes the place of the other. */
function withRegistrar(all: readonly RegistrarSettings[], one: RegistrarSettings): readonly RegistrarSettings[] {
  const at = all.findIndex((other) => isSame(other, one));
  return at < 0 ? [...all, one] : all.with(at, one);
}

function printRegistrar(registrar: RegistrarSettings): string {
  const words = [
    'registrar',
    registrar.index === undefined ? '' : String(registrar.index),
    registrar.target,
    registrar.aorDomain ? 'aor-domain' : '',
    registrar.authRealm === undefined ? '' : `auth-realm ${registrar.authRealm}`,
    `expires ${registrar.expiresSeconds}`,
    registrar.randomContact ? 'random-contact' : '',
    registrar.refreshRatio === defaultRefreshRatio ? '' : `refresh-ratio ${registrar.refreshRatio}`,
    registrar.transport === 'udp' ? '' : transportWords(registrar.transport),
    registrar.type === undefined ? '' : `type ${registrar.type}`,
    registrar.scheme === 'sip' ? '' : `scheme ${registrar.scheme}`,
    registrar.secondary ? 'secondary' : '',
  ];
  return words.filter((word) => word !== '').join(' ');
}

/** `registrar`: where our numbers are registered. */
export function registrarSetting<R extends { readonly registrars: readonly RegistrarSettings[] }>(): Setting<R> {
  return settingsOf<R>()(
    'registrar [<index:int(1-6)>] <target:word> [aor-domain | auth-realm <realm:word> | expires <seconds:int(60-65535)> | random-contact | refresh-ratio <ratio:int(1-100)> | tcp [tls] | type <type:word> | scheme {sip | sips} | secondary]...',
    'Configure SIP registrar',
    {
      set: (sip, args) => ({
        ...sip,
        registrars: withRegistrar(sip.registrars, {
          ...(args.index === undefined ? {} : { index: args.index }),
          secondary: args.secondary === true,
          target: checkedTarget(args.target),
          expiresSeconds: args.seconds ?? defaultExpiresSeconds,
          transport: args.tls ? 'tls' : args.tcp ? 'tcp' : 'udp',
          scheme: args.sips ? 'sips' : 'sip',
          ...(args.type === undefined ? {} : { type: args.type }),
          aorDomain: args.aorDomain === true,
          ...(args.realm === undefined ? {} : { authRealm: args.realm }),
          randomContact: args.randomContact === true,
          refreshRatio: args.ratio ?? defaultRefreshRatio,
        }),
      }),
      unset: (sip, { rest = '' }) => {
        const index = /^([1-6])(?: |$)/.exec(rest)?.[1];
        const named = {
          ...(index === undefined ? {} : { index: Number(index) }),
          secondary: /\bsecondary$/.test(rest),
        };
        return { ...sip, registrars: sip.registrars.filter((one) => !isSame(one, named)) };
      },
      noSyntax: 'registrar [<rest:line>]',
      print: ({ registrars }) => registrars.map(printRegistrar),
    },
  );
}

export const registrationSpike = setting(
  'registration spike <count:int(1-65535)>',
  'Registrations that may leave in a second',
  {
    standard: '100',
    set: (sip, { count }) => ({ ...sip, registrationSpike: count }),
    unset: (sip) => ({ ...sip, registrationSpike: 100 }),
    print: ({ registrationSpike }) =>
      registrationSpike === 100 ? undefined : `registration spike ${registrationSpike}`,
    default: 'registration spike 100',
  },
);
