import type { InertCommand } from './inert-command.ts';
import { harmless } from './inert-reason.ts';

type Row = Omit<InertCommand, 'mode'>;

const analogue = harmless('there is no analogue line');
const dialling = 'a number is dialled at once';
const display = harmless('there is no display');

/** Whose tones a port can be told to play, as IOS names the countries. */
const locales =
  'ae ar at au be br ca ch cl cn co cs cy cz de dk eg es fi fr gb gh gr hk hu id ie il in is it jo jp ke kr kw lb lu mt mx my ng nl no np nz om pa pe ph pk pl pt ru sa se sg si sk th tr tw ua us uy ve vn za zw c1 c2'.split(
    ' ',
  );

/** What a telephone port has on a router. */
const rows: readonly Row[] = [
  {
    syntax: `cptone {${locales.join(' | ')}}`,
    standard: 'cptone US',
    readBack: ([word, locale]) => `${word} ${locale?.toUpperCase()}`,
    reason: 'tones are not played',
  },
  {
    syntax: 'timeouts interdigit {<seconds:int(0-120)> | infinity}',
    standard: 'timeouts interdigit 10',
    reason: dialling,
  },
  { syntax: 'timeouts initial {<seconds:int(0-120)> | infinity}', standard: 'timeouts initial 10', reason: dialling },
  { syntax: 'timeouts call-disconnect {<seconds:int(0-120)> | infinity}', reason: analogue },
  { syntax: 'timeouts wait-release {<seconds:int(3-3600)> | infinity}', reason: analogue },
  { syntax: 'timeouts power-denial <milliseconds:int(0-2500)>', reason: analogue },
  {
    syntax: 'signal {loopstart | groundstart | loop-start | ground-start | did}',
    standard: 'signal loopstart',
    reason: analogue,
  },
  { syntax: 'ring frequency {20 | 25 | 30 | 50}', reason: analogue },
  { syntax: 'ring cadence <cadence:line>', reason: analogue },
  { syntax: 'ring number <count:int(1-10)>', reason: analogue },
  { syntax: 'ren <load:int(1-5)>', reason: analogue },
  { syntax: 'station-id name <name:line>', reason: display },
  { syntax: 'station-id number <number:word>', reason: 'the number is that of the dial peer' },
  { syntax: 'connection <what:line>', reason: 'a telephone dials itself' },
  { syntax: 'input gain <decibels:line>', reason: analogue },
  { syntax: 'output attenuation <decibels:line>', reason: analogue },
  { syntax: 'echo-cancel <what:line>', many: true, keepsNo: true, reason: analogue },
  { syntax: 'non-linear', keepsNo: true, reason: analogue },
  { syntax: 'comfort-noise', keepsNo: true, reason: analogue },
  { syntax: 'impedance <value:word>', reason: analogue },
  { syntax: 'idle-voltage {high | low}', reason: analogue },
  { syntax: 'music-threshold <decibels:line>', reason: analogue },
  { syntax: 'compand-type {a-law | u-law}', reason: analogue },
  { syntax: 'loss-plan <plan:word>', reason: analogue },
  { syntax: 'threshold noise <decibels:line>', reason: analogue },
  { syntax: 'battery-reversal [answer]', keepsNo: true, reason: analogue },
  { syntax: 'disconnect-ack', keepsNo: true, reason: analogue },
  { syntax: 'supervisory <what:line>', many: true, keepsNo: true, reason: analogue },
  { syntax: 'dial-type {dtmf | pulse | mf}', reason: dialling },
  { syntax: 'timing <what:line>', many: true, reason: analogue },
  { syntax: 'playout-delay <what:line>', many: true, reason: analogue },
  { syntax: 'vad', keepsNo: true, reason: analogue },
  { syntax: 'mwi', keepsNo: true, reason: 'no lamp is lit' },
  { syntax: 'caller-id alerting <what:line>', reason: display },
  { syntax: 'caller-id block', keepsNo: true, reason: 'the number is always sent' },
  { syntax: 'translate {called | calling} <rule:int(1-2147483647)>', reason: 'profiles are those of dial peers' },
  ...[
    'forced',
    'seize',
    'action',
    'monitor gatekeeper',
    'monitor interface',
    'monitor probe',
    'monitor in-service',
  ].map((what) => ({
    syntax: `busyout ${what} [<rest:line>]`,
    many: true as const,
    keepsNo: true as const,
    reason: 'ports are busied out by keepalives alone',
  })),
  { syntax: 'trunk-group <name:line>', many: true, reason: 'there are no trunk groups' },
  { syntax: 'snmp trap link-status', keepsNo: true, reason: harmless('SNMP is not spoken') },
  { syntax: 'bearer-cap {3100hz | speech | unrestricted}', reason: analogue },
  { syntax: 'local-bypass', keepsNo: true, reason: analogue },
];

/** Settings of a voice port that a port in software has nothing for. */
export const voicePortInert: readonly InertCommand[] = rows.map((row) => ({ ...row, mode: 'config-voiceport' }));
