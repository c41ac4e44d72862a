import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DialPeerRow, LegReport } from '../../call/index.ts';
import { printSimulatedCall } from './csim.ts';
import { printActiveCalls } from './show-active-calls.ts';
import { printDialPeerSummary } from './show-dial-peer.ts';
import { printVoiceCalls } from './show-media.ts';
import { printVoicePortSummary } from './show-voice-port.ts';

const voip: DialPeerRow = {
  tag: 1,
  kind: 'voip',
  admin: 'up',
  operational: 'up',
  prefix: '',
  destinationPattern: '',
  preference: 0,
  sessionTarget: '',
};
const pots: DialPeerRow = {
  ...voip,
  tag: 888,
  kind: 'pots',
  destinationPattern: '888',
  outStatus: 'up',
  port: '0/2/0',
};

test('show dial-peer voice summary has the columns of IOS', () => {
  const peers = [
    voip,
    { ...voip, tag: 777, destinationPattern: '9...', sessionTarget: 'ipv4:10.50.244.2' },
    { ...voip, tag: 555, operational: 'down' as const, destinationPattern: '555' },
    pots,
    { ...pots, tag: 999, destinationPattern: '999', outStatus: 'down' as const },
  ];
  assert.deepEqual(printDialPeerSummary({ hunt: 0, peers }), [
    'dial-peer hunt 0',
    '             AD                                    PRE PASS                OUT',
    'TAG    TYPE  MIN  OPER PREFIX    DEST-PATTERN      FER THRU SESS-TARGET    STAT PORT    KEEPALIVE',
    '1      voip  up   up                                0  syst',
    '777    voip  up   up             9...               0  syst ipv4:10.50.244.2',
    '555    voip  up   down           555                0  syst',
    '888    pots  up   up             888                0                      up   0/2/0',
    '999    pots  up   up             999                0                      down 0/2/0',
  ]);
});

test('show voice call summary tells in which states a port is', () => {
  const codec = undefined;
  const [, , ...rows] = printVoiceCalls([
    { port: '0/3/0', state: 'on-hook', codec },
    { port: '0/3/1', state: 'ringing', codec },
    { port: '0/3/2', state: 'off-hook', codec: 'g711alaw' },
    { port: '0/3/3', state: 'shut', codec },
  ]);
  assert.deepEqual(rows, [
    '0/3/0          -          -  -                     FXSLS_ONHOOK',
    '0/3/1          -          -  S_ALERTING            FXSLS_RINGING',
    '0/3/2          g711alaw   n  S_CONNECT             FXSLS_CONNECT',
    '0/3/3          -          -  -                     *shutdown*',
  ]);
});

test('show voice port summary has the columns of IOS', () => {
  const port = {
    name: '0/3/0',
    description: '',
    admin: 'up',
    operational: 'dorm',
    inStatus: 'on-hook',
    outStatus: 'idle',
    state: 'on-hook',
    device: 'none',
    rung: 0,
    dialled: 0,
  } as const;
  assert.deepEqual(printVoicePortSummary([port]), [
    '                                           IN       OUT',
    'PORT            CH   SIG-TYPE   ADMIN OPER STATUS   STATUS   EC',
    '=============== == ============ ===== ==== ======== ======== ==',
    '0/3/0           --  fxs-ls          up    dorm on-hook  idle     y',
    '',
    'PWR FAILOVER PORT        PSTN FAILOVER PORT',
    '=================        ==================',
  ]);
});

const leg: LegReport = {
  id: 21,
  otherId: 22,
  call: 0,
  protocol: 'sip',
  direction: 'Answer',
  peer: 3,
  calling: '1000',
  called: '2000',
  state: 'active',
  setupAt: 1,
  connectMs: 8900,
  durationMs: 56_000,
  sent: { packets: 2766, bytes: 442_560 },
  received: { packets: 2811, bytes: 449_760 },
  codec: 'g711ulaw',
  sip: {
    callId: 'x',
    transport: 'udp',
    localHost: '9.44.46.1',
    remoteSignalling: undefined,
    localMedia: undefined,
    remoteMedia: { host: '9.44.46.21', port: 20_332 },
    payloadType: 0,
    codecBytes: 160,
    telephoneEvent: undefined,
    dtmf: 'inband',
  },
};
const time = (): string => '23:08:52.157 IST Tue Jul 12 2011';

test('show call active voice brief prints legend, counters, legs and counters again', () => {
  const lines = printActiveCalls({ telephony: 0, sip: 1, legs: [leg] }, time);
  assert.equal(lines[0], '<ID>: <CallID> <start>ms.<index> +<connect> pid:<peer_id> <dir> <addr> <state>');
  assert.deepEqual(lines.slice(19, 21), ['', 'Telephony call-legs: 0']);
  assert.deepEqual(lines.slice(27, 32), [
    '0    : 21 23:08:52.157 IST Tue Jul 12 2011.1 +8900 pid:3 Answer 1000 active',
    ' dur 00:00:56 tx:2766/442560 rx:2811/449760 dscp:0 media:0',
    ' IP 9.44.46.21:20332 SRTP: off rtt:0ms pl:0/0ms lost:0/0/0 delay:0/0/0ms g711ulaw TextRelay: off Transcoded: No',
    ' media inactive detected:n media contrl rcvd:n/a timestamp:n/a',
    ' long duration call detected:n long duration call duration:n/a timestamp:n/a',
  ]);
  assert.deepEqual(lines.slice(-8), ['', ...lines.slice(20, 27)]);
});

test('a telephony leg names its port, and a leg not yet connected has +-1', () => {
  const { sip: _, ...bare } = leg;
  const telephony = { ...bare, protocol: 'telephony', port: '0/3/1', connectMs: undefined, durationMs: 0 } as const;
  const lines = printActiveCalls({ telephony: 1, sip: 0, legs: [telephony] }, time);
  assert.match(lines[27] ?? '', / \+-1 pid:3 /);
  assert.equal(lines[29], ' Tele 0/3/1 (21) [0/3/1] tx:0/0/0ms g711ulaw noise:0 acom:0  i/0:0/0 dBm');
});

test('without calls the counters stand once', () => {
  assert.equal(printActiveCalls({ telephony: 0, sip: 0, legs: [] }, time).length, 27);
});

test('csim counts the call, and says why one failed', () => {
  const call = { called: '9001', calling: '777', answered: false, cause: 17, reason: 'user busy' };
  assert.deepEqual(printSimulatedCall(call), [
    '',
    'csim: setup failed, cause = 17 (user busy)',
    'csim: loop = 1, failed = 1',
    'csim: call attempted = 1, setup failed = 1, tone failed = 0',
    '',
  ]);
  assert.ok(printSimulatedCall({ ...call, answered: true }).includes('csim: loop = 1, failed = 0'));
});
