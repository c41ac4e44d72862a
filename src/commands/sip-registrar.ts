import { CommandError } from '../cli/index.ts';
import type { RegisterSettings, RegistrarSettings, SipSettings } from '../sip/settings.ts';
import { type Setting, settingsOf } from './config-mode.ts';
import { transportWords } from './voice-service.ts';

const setting = settingsOf<SipSettings>();
const defaultExpiresSeconds = 3600;
const defaultRefreshRatio = 80;

const wrongTarget = '% Invalid registrar address; expected ipv4:A.B.C.D[:port], ipv6:[X::X][:port] or dns:host[:port]';

function checkedTarget(target: string): string {
  if (target === 'dhcp') throw new CommandError('% registrar dhcp takes no index and is never secondary');
  const parts =
    /^(?:ipv4:(\d{1,3}(?:\.\d{1,3}){3})|dns:[A-Za-z0-9._-]{1,253}|ipv6:\[[0-9A-Fa-f:.]{2,45}\])(?::(\d{1,5}))?$/.exec(
      target,
    );
  const octets = parts?.[1]?.split('.') ?? [];
  const port = parts?.[2] === undefined ? 1 : Number(parts[2]);
  if (parts !== null && octets.every((octet) => Number(octet) < 256) && port > 0 && port < 65_536) return target;
  throw new CommandError(wrongTarget);
}

type Rank = Pick<RegistrarSettings, 'index' | 'secondary'>;

function isSame(one: Rank, other: Rank): boolean {
  return one.index === other.index && one.secondary === other.secondary;
}

/** The one there was before there were indices; that of DHCP is such a one too. */
const first = { secondary: false };

interface Registering {
  readonly registrars: readonly RegistrarSettings[];
  /** Absent where there is none of it: in a tenant. */
  readonly registrarOfDhcp?: RegisterSettings | undefined;
}

function withRegistrars<R extends Registering>(record: R, registrars: R['registrars'], changed: Rank): R {
  const takesItsPlace = record.registrarOfDhcp !== undefined && isSame(changed, first);
  return { ...record, registrars, ...(takesItsPlace ? { registrarOfDhcp: undefined } : {}) };
}

/** A registrar of the same index and rank takes the place of the other. */
function withRegistrar<R extends Registering>(record: R, one: RegistrarSettings): R {
  const { registrars: all } = record;
  const at = all.findIndex((other) => isSame(other, one));
  return withRegistrars(record, at < 0 ? [...all, one] : all.with(at, one), one);
}

function withoutRegistrar<R extends Registering>(record: R, named: Rank): R {
  return withRegistrars(
    record,
    record.registrars.filter((one) => !isSame(one, named)),
    named,
  );
}

/** What `no registrar` names. Without an index it is the one that has none, else all of its rank, or those of the target named. */
function withoutNamed<R extends Registering>(record: R, words: string): R {
  const [word = ''] = words.split(' ');
  const secondary = /\bsecondary$/.test(words);
  const without = (named: Rank): R => withoutRegistrar(record, named);
  if (/^[1-6]$/.test(word)) return without({ index: Number(word), secondary });
  const { registrars, registrarOfDhcp } = record;
  const named = { secondary };
  if (registrars.some((one) => isSame(one, named)) || (registrarOfDhcp !== undefined && !secondary))
    return without(named);
  const target = word === 'secondary' ? '' : word;
  const isNamed = (one: RegistrarSettings): boolean =>
    one.secondary === secondary && (target === '' || target === one.target);
  return { ...record, registrars: registrars.filter((one) => !isNamed(one)) };
}

interface RegisterWords {
  readonly realm?: string | undefined;
  readonly seconds?: number | undefined;
  readonly randomContact?: true | undefined;
  readonly ratio?: number | undefined;
  readonly tcp?: true | undefined;
  readonly tls?: true | undefined;
  readonly type?: string | undefined;
  readonly sips?: true | undefined;
  readonly aorDomain?: true | undefined;
}

function registerSettings(args: RegisterWords): RegisterSettings {
  return {
    expiresSeconds: args.seconds ?? defaultExpiresSeconds,
    transport: args.tls ? 'tls' : args.tcp ? 'tcp' : 'udp',
    scheme: args.sips ? 'sips' : 'sip',
    ...(args.type === undefined ? {} : { type: args.type }),
    aorDomain: args.aorDomain === true,
    ...(args.realm === undefined ? {} : { authRealm: args.realm }),
    randomContact: args.randomContact === true,
    refreshRatio: args.ratio ?? defaultRefreshRatio,
  };
}

function printRegistrar(registrar: RegistrarSettings): string {
  const { index, target, secondary } = registrar;
  const place = index === undefined ? target : `${index} ${target}`;
  return `${printRegister(place, registrar)}${secondary ? ' secondary' : ''}`;
}

function printRegister(place: string, registrar: RegisterSettings): string {
  const words = [
    'registrar',
    place,
    registrar.aorDomain ? 'aor-domain' : '',
    registrar.authRealm === undefined ? '' : `auth-realm ${registrar.authRealm}`,
    `expires ${registrar.expiresSeconds}`,
    registrar.randomContact ? 'random-contact' : '',
    registrar.refreshRatio === defaultRefreshRatio ? '' : `refresh-ratio ${registrar.refreshRatio}`,
    registrar.transport === 'udp' ? '' : transportWords(registrar.transport),
    registrar.type === undefined ? '' : `type ${registrar.type}`,
    registrar.scheme === 'sip' ? '' : `scheme ${registrar.scheme}`,
  ];
  return words.filter((word) => word !== '').join(' ');
}

/** `registrar`: where our numbers are registered. */
export function registrarSetting<R extends Registering>(): Setting<R> {
  return settingsOf<R>()(
    'registrar [<index:int(1-6)>] <target:word> [aor-domain | auth-realm <realm:word> | expires <seconds:int(60-65535)> | random-contact | refresh-ratio <ratio:int(1-100)> | tcp [tls] | type <type:word> | scheme {sip | sips} | secondary]...',
    'Configure SIP registrar',
    {
      set: (sip, args) =>
        withRegistrar(sip, {
          ...(args.index === undefined ? {} : { index: args.index }),
          secondary: args.secondary === true,
          target: checkedTarget(args.target),
          ...registerSettings(args),
        }),
      unset: (sip, { rest = '' }) => withoutNamed(sip, rest),
      noSyntax: 'registrar [<rest:line>]',
      print: ({ registrars }) => registrars.map(printRegistrar),
    },
  );
}

export const registrarOfDhcpSetting = setting(
  'registrar dhcp [auth-realm <realm:word> | expires <seconds:int(60-65535)> | random-contact | refresh-ratio <ratio:int(1-100)> | tcp [tls] | type <type:word> | scheme {sip | sips}]...',
  'Obtain the registrar from DHCP (kept without effect)',
  {
    set: (sip, args) => ({ ...withoutRegistrar(sip, first), registrarOfDhcp: registerSettings(args) }),
    unset: (sip) => ({ ...sip, registrarOfDhcp: undefined }),
    print: ({ registrarOfDhcp }) =>
      registrarOfDhcp === undefined ? undefined : printRegister('dhcp', registrarOfDhcp),
  },
);

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
