import type { Language } from '../../src/cli/index.ts';
import type { World } from '../../src/commands/index.ts';
import type { Dice } from './dice.ts';

const interfaces = ['GigabitEthernet0/0', 'gi 0/1', 'Loopback0', 'lo1', 'FastEthernet0/1.100', 'Nowhere0'];
const ports = ['0/1/0', '0/3/1', '1/0', '2/0/0', 'x'];
const patterns = ['9...', '555T', '+49[1-3]..', '777', '.', '8.T', '[0-9].%$', '12,3', '('];

/** Arguments whose shape their handler checks: by name, what it takes and what it does not. */
const known: Readonly<Record<string, readonly string[]>> = {
  'interface <name:line>': interfaces,
  'bind {control | media | all} source-interface <name:line>': interfaces,
  'voice-class sip bind {control | media | all} source-interface <name:line>': interfaces,
  'ip http source-interface <name:line>': interfaces,
  'ip ssh source-interface <name:line>': interfaces,
  'logging source-interface <name:line>': interfaces,
  'logging host <host:word> [transport udp port <port:int(1-65535)>]': ['10.0.0.1', '2001:db8::1'],
  'ipv6 address <prefix:word>': ['2001:db8::1/64', '2001:db8::1', '::x/200'],
  'proxy-protocol ipv6 <address:word>': ['2001:db8::2', '2001:db8::/32', '::x'],
  'ipv6 <address:word> [port <port:int(1-65535)>] [preference <order:int(0-5)>]': ['2001:db8::1', '::x'],
  'ipv6 <address:word>': ['2001:db8::1', '2001:db8::/32', '::x'],
  'dns <name:word>': ['a.example', '*.b.example', '*'],
  'ip address trusted ipv6 <address:word>': ['2001:db8::1', '2001:db8::/32', '::x'],
  'ip address trusted dns <name:word>': ['a.example', '*.b.example', '*'],
  'permit hostname <name:url>': ['dns:far.example', 'dns:x'],
  'localhost <name:word> [preferred]': ['dns:far.example', 'ipv4:192.0.2.1', 'dns:x:5060'],
  'voice-class sip localhost {system | <name:word> [preferred]}': ['dns:far.example', 'x'],
  proxy: ['dns:far.example', 'ipv4:192.0.2.1:5060', 'x'],
  'enrollment acme url <url:url> [contact <mail:word>] [trustpoint <trust:word> | host-trust]': [
    'https://ca.example/directory',
  ],
  'source interface <name:line>': interfaces,
  day: ['3', '31', 'Mon'],
  'end-day': ['30', '1'],
  month: ['Mar', 'oct'],
  'end-month': ['Oct', 'Feb'],
  time: ['2:00', '03:30'],
  'end-time': ['3:00', '24:00'],
  md5: ['0123456789ABCDEF0123456789abcdef', 'AB'],
  'voice-port <name:word>': ports,
  'port <name:word>': ports,
  'num-exp <extension:word> <number:word>': ['5....', '1001', '6..', '+4989....', 'x'],
  pattern: patterns,
  prefix: ['9', '0,0', '#*'],
  digits: ['9', '0,,0', '5A7B0A5D 5E7F0A1B 2C3D4E5F 60718293', 'AA'.repeat(20), 'abc'],
  target: [
    'ipv4:192.0.2.1',
    'ipv4:192.0.2.1:5070',
    'dns:far.example',
    'dns:far.example:5061',
    'ras',
    'ipv4:1',
    'ipv6:[::1]',
    'sip-server',
    'dns:$d$.example',
  ],
  url: ['http://192.0.2.9:80/ca', 'dns:far.example', 'ipv4:192.0.2.1:5060'],
  list: ['http://192.0.2.9/root.crl', 'ldap://192.0.2.9/'],
  responder: ['http://192.0.2.9/ocsp', 'https://192.0.2.9/'],
  'expires-on {eq | ge | lt | ne} <value:line>': ['Jan 31 2027', '31 01 2027 23:59:59', '30 02 2027'],
  'valid-start {eq | ge | lt | ne} <value:line>': ['Jan 31 2025', '1 1 2025'],
  methods: ['crl', 'ocsp', 'none', 'maybe'],
  purposes: ['server-auth', 'client-auth', 'nonsense'],
  'storage <device:word>': ['flash:', 'nvram:', 'x'],
  'database url [cnm | crl | crt | p12 | pem | ser] [publish] <url:url>': [
    'nvram:names',
    'flash:',
    'tftp://192.0.2.9/ca',
    'ftp://x',
  ],
  path: ['flash:west', 'nvram:saved/x', 'bootflash:/y', 'http://x', '..'],
  'authentication command <command:line>': ['GET /ca.der', 'POST a=$P1', 'FETCH x'],
  'enrollment command <command:line>': ['POST  q=$REQ&c=$P8', 'get /sign?q=$REQ', 'x'],
  'subject-name <name:line>': ['CN=west', 'CN=west, O=x y', 'cn=a,ou="b,c"', '=', 'CN=\u00fc'],
  'issuer-name <name:line>': ['CN=ca', 'CN=ca, O=x', '?'],
  'fqdn <name:word>': ['west.example', 'none', 'flat'],
  count: ['20', '160', '33'],
  server: ['ipv4:192.0.2.1', 'ipv6:[2001:db8::1]:5061', 'dns:far.example', 'x'],
  match: ['/^9/', '/[2-4]..$/', String.raw`/^\(1\)\(.*\)/`, '//', '/[/', '9'],
  replace: ['//', '/5&/', String.raw`/\2\1/`, '/x/'],
  rejected: ['/^1900/', '/x/'],
  'type-from': ['any', 'national', 'odd'],
  'type-to': ['unknown', 'nat'],
  'plan-from': ['any', 'isdn'],
  'plan-to': ['private', '?'],
  interface: ['Loopback0', 'GigabitEthernet0/1', 'x'],
  'host <host:word>': ['ipv4:192.0.2.1', 'dns:far.example', '^far.*', '(x'],
  'e164 <pattern:word>': ['9...', '+49', 'x['],
  'url <file:url>': ['flash:south.txt', 'tftp://192.0.2.1/south'],
  'cn-san <number:int(1-10)> <name:word>': ['a.example', '*.b.example', '*'],
};

const alphabet = 'abcXYZ019.-_/:#*+,;"\'|!^$%&()[]{}<>=?@~\\ \t\u00e4\u20ac';

export function noise(dice: Dice, longest: number): string {
  return Array.from({ length: dice.roll(longest) }, () => dice.pick([...alphabet])).join('');
}

function word(dice: Dice): string {
  const plain = Array.from({ length: dice.between(1, 10) }, () => dice.pick([...'abcdwxyz0189-_'])).join('');
  return dice.chance(90) ? plain : noise(dice, 12).replaceAll(/\s/g, '') || 'x';
}

function mask(dice: Dice): string {
  const bits = dice.roll(33);
  const value = bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}

function address(dice: Dice): string {
  return Array.from({ length: 4 }, () => dice.roll(256)).join('.');
}

/** A value for an argument: `hint` is what `?` shows for it. */
function value(dice: Dice, syntax: string, name: string, hint: string): string {
  const examples = known[syntax] ?? known[name];
  if (examples !== undefined && dice.chance(80)) return dice.pick(examples);
  const range = /^<(-?\d+)-(-?\d+)>$/.exec(hint);
  if (range) {
    const [low, high] = [Number(range[1]), Number(range[2])];
    const number = dice.chance(30) ? dice.pick([low, high]) : dice.between(low, Math.min(high, low + 5000));
    return `${dice.chance(5) ? '00' : ''}${number}`;
  }
  if (name === 'mask') return mask(dice);
  if (hint === 'A.B.C.D') return dice.chance(20) ? mask(dice) : address(dice);
  if (hint === 'Hostname or A.B.C.D') return dice.chance(50) ? word(dice) : address(dice);
  if (hint === 'LINE') return Array.from({ length: dice.between(1, 4) }, () => word(dice)).join(dice.pick([' ', '  ']));
  if (hint === 'Hex-data') return dice.between(0, 65_535).toString(16);
  return word(dice);
}

/** A line that a mode's grammar takes, or its `no` form. */
export function grammarLine(dice: Dice, language: Language<World>, mode: string): string {
  const negative = dice.chance(20);
  const { set, unset } = language.mode(mode);
  const grammar = negative ? unset : set;
  const start = grammar.following('', [], 0, 0, () => true);
  let next = start.kind === 'tokens' ? start.tokens.map(({ token }) => token) : [];
  const words: string[] = negative ? [dice.chance(80) ? 'no' : 'default'] : [];
  const passed = new Set<unknown>();
  while (next.length > 0 && words.length < 24) {
    const token = dice.pick(next);
    passed.add(token);
    const { syntax } = token.owner;
    words.push(token.type === undefined ? token.text : value(dice, syntax, token.text, token.type.hint));
    if (token.last && dice.chance(50)) break;
    next = token.next.filter((other) => !(other.loop && passed.has(other)) && other !== token);
  }
  return words.join(' ');
}

/** A line as a careless or hostile hand would type it. */
export function spoiltLine(dice: Dice, line: string): string {
  const words = line.split(' ');
  const at = dice.roll(words.length);
  switch (dice.roll(9)) {
    case 0:
      return words.toSpliced(at, 1).join(' ');
    case 1:
      return [...words, word(dice)].join(' ');
    case 2:
      return words.with(at, noise(dice, 8)).join(' ');
    case 3:
      return words.map((one) => one.slice(0, dice.between(1, 4))).join(' ');
    case 4:
      return noise(dice, 60);
    case 5:
      return line.slice(0, dice.roll(line.length));
    case 6:
      return `${line} ${noise(dice, 6000)}`;
    case 7:
      return line.toUpperCase();
    default:
      return words.toSpliced(at, 0, noise(dice, 5)).join('  ');
  }
}

const opened: Readonly<Record<string, (dice: Dice) => readonly string[]>> = {
  config: () => [],
  'config-if': (dice) => [`interface ${dice.pick(interfaces.slice(0, 5))}`],
  'config-archive': () => ['archive'],
  'conf-voi-serv': () => ['voice service voip'],
  'conf-serv-sip': () => ['voice service voip', 'sip'],
  'config-sip-ua': () => ['sip-ua'],
  'config-dial-peer-pots': (dice) => [`dial-peer voice ${dice.between(1, 6)} pots`],
  'config-dial-peer-voip': (dice) => [`dial-peer voice ${dice.between(11, 16)} voip`],
  'config-class-codec': (dice) => [`voice class codec ${dice.between(1, 3)}`],
  'config-class-tls-cipher': (dice) => [`voice class tls-cipher ${dice.between(1, 3)}`],
  'config-class-tls-profile': (dice) => [`voice class tls-profile ${dice.between(1, 3)}`],
  'config-class-tenant': (dice) => [`voice class tenant ${dice.between(1, 3)}`],
  'config-class-pattern-map': (dice) => [`voice class e164-pattern-map ${dice.between(1, 3)}`],
  'config-class-server-group': (dice) => [`voice class server-group ${dice.between(1, 3)}`],
  'config-class-dpg': (dice) => [`voice class dpg ${dice.between(1, 3)}`],
  'config-class-keepalive': (dice) => [`voice class sip-options-keepalive ${dice.between(1, 3)}`],
  'config-voice-uri-class': (dice) => [`voice class uri ${dice.pick(['near', 'far'])} sip`],
  'cfg-translation-rule': (dice) => [`voice translation-rule ${dice.between(1, 3)}`],
  'cfg-translation-profile': (dice) => [`voice translation-profile ${dice.pick(['in', 'out'])}`],
  'config-voiceport': (dice) => [`voice-port ${dice.pick(ports.slice(0, 2))}`],
  'ca-trustpoint': (dice) => [`crypto pki trustpoint ${dice.pick(['west', 'east'])}`],
  'ca-certificate-map': (dice) => [`crypto pki certificate map partners ${dice.between(1, 3)}`],
  'ca-trustpool': () => ['crypto pki trustpool policy'],
  'ca-profile-enroll': (dice) => [`crypto pki profile enrollment ${dice.pick(['site', 'home'])}`],
  'cs-server': () => ['crypto pki server labca'],
  'conf-ssh-pubkey': () => ['ip ssh pubkey-chain'],
  'conf-ssh-pubkey-user': () => ['ip ssh pubkey-chain', 'username west'],
  'config-line': () => ['line vty 0 4'],
  'config-cert-chain': () => ['crypto pki certificate chain west'],
};

/** A line that opens a mode of nothing but kept lines, by the mode: found in the grammar, so that none is forgotten. */
const openedKept: Readonly<Record<string, readonly string[]>> = {
  'config-res-policy': ['resource policy'],
  'config-voicecard': ['voice-card 0'],
  'config-app': ['application'],
  'config-app-param': ['application', 'service survey flash:a.tcl'],
  'config-cp': ['control-plane'],
  'config-gateway': ['gateway'],
  'config-archive-log-cfg': ['archive', 'log config'],
  'cfg-iptrust-list': ['voice service voip', 'ip address trusted list'],
  'conf-serv-h323': ['voice service voip', 'h323'],
  'config-class': ['voice class busyout 1'],
  'conf-serv-stun': ['voice service voip', 'stun'],
  'conf-serv-quality': ['voice service voip', 'call-quality'],
  'config-kept': ['telephony-service'],
  'config-dp-cor': ['dial-peer cor custom'],
  'config-dp-corlist': ['dial-peer cor list local'],
};

/** The lines that lead from global configuration into a mode. Undefined: a mode this does not know. */
export function wayTo(dice: Dice, mode: string): readonly string[] | undefined {
  return opened[mode]?.(dice) ?? openedKept[mode];
}
