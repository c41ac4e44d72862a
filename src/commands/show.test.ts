import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallReport, ClearTarget, ConnectionsReport } from '../sip/index.ts';
import { TestConsole } from './test-console.ts';

const nowhere = { host: '0.0.0.0', port: 0 };
const nothing: ConnectionsReport = {
  transport: 'udp',
  active: 0,
  sendFailures: 0,
  remoteClosures: 0,
  connectionFailures: 0,
  ageouts: 0,
  maxQueue: { size: 0, remote: nowhere },
  agents: [],
  listeners: [],
};
const row = {
  remotePort: 5060,
  connectionId: 1,
  state: 'Established',
  queue: 0,
  local: undefined,
  tenant: 0,
  mark: '',
} as const;

/** A console whose connection table is this one. */
function showing(report: ConnectionsReport): TestConsole {
  return new TestConsole({ sip: { connections: (transport) => ({ ...report, transport }) } });
}

test('the detail of UDP connections is that of 12.4', async () => {
  const console = showing({
    ...nothing,
    active: 2,
    agents: [
      { host: '172.18.194.183', connections: [row] },
      { host: '172.19.154.18', connections: [{ ...row, connectionId: 2 }] },
    ],
  });
  assert.deepEqual(await console.type('show sip conn udp det'), [
    'Router#show sip conn udp det',
    'Total active connections      : 2',
    'No. of send failures          : 0',
    'No. of remote closures        : 0',
    'No. of conn. failures         : 0',
    'No. of inactive conn. ageouts : 0',
    '',
    '---------Printing Detailed Connection Report---------',
    'Note:',
    ' ** Tuples with no matching socket entry',
    "    - Do 'clear sip <tcp/udp> conn t ipv4:<addr>:<port>'",
    '      to overcome this error condition',
    ' ++ Tuples with mismatched address/port entry',
    "    - Do 'clear sip <tcp/udp> conn t ipv4:<addr>:<port> id <connid>'",
    '      to overcome this error condition',
    '',
    'Remote-Agent:172.18.194.183, Connections-Count:1',
    '  Remote-Port Conn-Id Conn-State  WriteQ-Size',
    '  =========== ======= =========== ===========',
    '         5060       1 Established           0',
    '',
    'Remote-Agent:172.19.154.18, Connections-Count:1',
    '  Remote-Port Conn-Id Conn-State  WriteQ-Size',
    '  =========== ======= =========== ===========',
    '         5060       2 Established           0',
  ]);
});

test('the queue line stands for TCP always, for UDP once something was queued', async () => {
  const queued = { ...nothing, maxQueue: { size: 1, remote: { host: '172.18.194.183', port: 5060 } } };
  const table: readonly (readonly [ConnectionsReport, string, string | undefined])[] = [
    [nothing, 'tcp', 'Max. tcp send msg queue size of 0, recorded for 0.0.0.0:0'],
    [nothing, 'udp', undefined],
    [queued, 'udp', 'Max. udp send msg queue size of 1, recorded for 172.18.194.183:5060'],
  ];
  for (const [report, transport, expected] of table) {
    assert.equal((await showing(report).type(`show sip-ua connections ${transport} brief`))[6], expected);
  }
});

test('a cleared agent stays listed, and an entry without its socket is marked', async () => {
  const console = showing({
    ...nothing,
    agents: [
      { host: '10.0.0.1', connections: [] },
      { host: '10.0.0.2', connections: [{ ...row, mark: '**' }] },
    ],
  });
  assert.deepEqual((await console.type('show sip-ua connections tcp detail')).slice(16), [
    '',
    'Remote-Agent:10.0.0.1, Connections-Count:0',
    '',
    'Remote-Agent:10.0.0.2, Connections-Count:1',
    '  Remote-Port Conn-Id Conn-State  WriteQ-Size',
    '  =========== ======= =========== ===========',
    '         5060       1 Established           0 **',
  ]);
});

test('over TLS the version, the cipher and the listening sockets are told too', async () => {
  const console = showing({
    ...nothing,
    active: 1,
    handshakeFailures: { client: 1, server: 2 },
    agents: [
      {
        host: '10.0.0.2',
        connections: [
          {
            ...row,
            remotePort: 52248,
            connectionId: 27,
            local: { host: '10.64.100.151', port: 5061 },
            tenant: 100,
            tlsVersion: 'TLSv1.2',
            cipher: 'ECDHE-RSA-AES256-GCM-SHA384',
            curve: 'P-256',
          },
        ],
      },
    ],
    listeners: [
      { connectionId: 0, local: { host: '0.0.0.0', port: 5061 }, tenant: 0 },
      { connectionId: 0, local: { host: '10.64.100.151', port: 5061 }, tenant: 100 },
    ],
  });
  const screen = await console.type('show sip-ua connections tcp tls detail');
  assert.deepEqual(screen.slice(6, 9), [
    'Max. tls send msg queue size of 0, recorded for 0.0.0.0:0',
    'TLS client handshake failures : 1',
    'TLS server handshake failures : 2',
  ]);
  assert.deepEqual(screen.slice(19), [
    'Remote-Agent:10.0.0.2, Connections-Count:1',
    '  Remote-Port Conn-Id Conn-State  WriteQ-Size            Local-Address               TLS-Version                Cipher              Curve Tenant',
    '  =========== ======= =========== =========== ====================================== =========== ================================== ===== ======',
    '        52248      27 Established           0 10.64.100.151:5061                         TLSv1.2        ECDHE-RSA-AES256-GCM-SHA384 P-256    100',
    '',
    '-------------- SIP Transport Layer Listen Sockets ---------------',
    '  Conn-Id             Local-Address                      Tenant ',
    ' ==========    ===========================              ========',
    '  0             [0.0.0.0]:5061:                              0',
    '  0             [10.64.100.151]:5061:                        100',
  ]);
});

test('clear takes an id, a target or both, in every spelling of the document', async () => {
  const id = 'Purging the entry from sip tcp process';
  const udp = 'Purging the entry from sip udp process';
  const target = 'Purging the entry from reusable global connection table';
  const there = { host: '172.18.194.183', port: 5060 };
  const table: readonly (readonly [string, ClearTarget, readonly string[]])[] = [
    ['tcp tls connection id 1 target ipv4:172.18.194.183:5060', { id: 1, target: there }, [id, target]],
    ['tcp connection id 1', { id: 1 }, [id]],
    ['udp connection id 1', { id: 1 }, [udp]],
    ['udp connection target ipv4:172.18.194.183:5060', { target: there }, [target]],
    ['tcp conn t ipv4:172.18.194.183:5060', { target: there }, [target]],
    ['tcp conn t ipv4:172.18.194.183:5060 id 1', { id: 1, target: there }, [id, target]],
  ];
  for (const [words, what, expected] of table) {
    const asked: ClearTarget[] = [];
    const clear = (_: unknown, named: ClearTarget): { socket: boolean; entry: boolean } => {
      asked.push(named);
      return { socket: named.id !== undefined, entry: named.target !== undefined };
    };
    const screen = await new TestConsole({ sip: { clear } }).type(`clear sip-ua ${words}`);
    assert.deepEqual(screen.slice(1), expected, words);
    assert.deepEqual(asked, [what], words);
  }
});

test('clear says what was not there, and refuses what is no target', async () => {
  const console = new TestConsole({ sip: { clear: () => ({ socket: false, entry: false }) } });
  assert.deepEqual((await console.type('clear sip-ua udp connection id 9 target ipv4:10.0.0.1:5060')).slice(1), [
    '% No connection with id 9 in the sip udp process',
    '% No entry for ipv4:10.0.0.1:5060 in the reusable global connection table',
  ]);
  assert.deepEqual((await console.type('clear sip-ua udp connection target 10.0.0.1')).slice(1), [
    '% Invalid target; expected ipv4:A.B.C.D:port or ipv6:[X:X::X]:port',
  ]);
});

test('status tells which sockets stand', async () => {
  const status = () => ({
    listening: { udp: true, tcp: true, tls: false },
    boundSignaling: '9.42.28.29',
    boundMedia: undefined,
  });
  const console = new TestConsole({ sip: { status } });
  assert.deepEqual((await console.type('show sip-ua status')).slice(1, 9), [
    'SIP User Agent Status',
    'SIP User Agent for UDP : ENABLED',
    'SIP User Agent for TCP : ENABLED',
    'SIP User Agent for TLS over TCP : DISABLED',
    'SIP User Agent bind status(signaling): ENABLED 9.42.28.29',
    'SIP User Agent bind status(media): DISABLED ',
    'SIP early-media for 180 responses with SDP: ENABLED',
    'SIP max-forwards : 70',
  ]);
});

test('timers and retries show what is configured', async () => {
  const console = new TestConsole();
  await console.configure('sip-ua', 'timers register 150', 'timers connection aging 30', 'retry invite 3');
  assert.deepEqual((await console.type('show sip-ua timers')).slice(1), [
    'SIP UA Timer Values (millisecs unless noted)',
    'trying 500, expires 180000, connect 500, disconnect 500',
    'prack 500, rel1xx 500, notify 500, update 500',
    'refer 500, register 150, info 500, options 500,hold 2880 minutes',
    ', register-dns-cache 3600 seconds',
    'tcp/udp aging 30 minutes',
    'tls aging 60 minutes',
    'tls establish 20 seconds',
    'comet 500',
  ]);
  assert.deepEqual((await console.type('show sip-ua retry')).slice(1), [
    'SIP UA Retry Values',
    'invite retry count = 3 response retry count = 6',
    'bye retry count = 10 cancel retry count = 10',
    'prack retry count = 10 comet retry count = 10',
    'reliable 1xx count = 6 notify retry count = 10',
    'refer retry count = 10 register retry count = 6',
    'info retry count = 6 subscribe retry count = 10',
    'options retry count = 6 update retry count = 6',
    'keepalive retry count = 6',
  ]);
});

const leg: CallReport = {
  role: 'client',
  callId: '1-12049@10.1.76.151',
  legId: 2,
  peerLegId: 1,
  state: 'confirmed',
  calling: '5680',
  called: '5678',
  requestUri: 'sip:5678@10.1.76.151:5060',
  transport: 'tls',
  local: { host: '10.0.0.1', port: 5061 },
  remote: { host: '10.1.76.151', port: 5061 },
  media: {
    codec: 'g711ulaw (160 bytes)',
    payloadType: 0,
    dtmf: 'inband',
    source: { host: '10.0.0.1', port: 8016 },
    destination: { host: '10.1.99.101', port: 6009 },
  },
};

test('calls are shown two lines each in brief', async () => {
  const console = new TestConsole({ sip: { calls: () => ({ calls: [leg] }) } });
  assert.deepEqual((await console.type('show sip-ua calls brief')).slice(1), [
    'Total SIP call legs:1, User Agent Client:1, User Agent Server:0',
    'SIP UAC CALL INFO',
    'No.  CallId    Calling#       Called#        RmtSignalIP                                  RmtMediaIP',
    '     dstCallId SIPState       SIPSubState',
    '='.repeat(136),
    '1    2         5680           5678           10.1.76.151                                  10.1.99.101',
    '     1         STATE_ACTIVE   SUBSTATE_NONE',
    '   Number of SIP User Agent Client(UAC) calls: 1',
    '',
    'SIP UAS CALL INFO',
    '   Number of SIP User Agent Server(UAS) calls: 0',
  ]);
});

test('calls are shown in full otherwise, with their media once there is some', async () => {
  const { media: _, ...early } = { ...leg, role: 'server', state: 'early' } as const;
  const console = new TestConsole({ sip: { calls: () => ({ calls: [leg, early] }) } });
  const screen = await console.type('show sip-ua calls');
  for (const line of [
    '   State of the call       : STATE_ACTIVE (7)',
    '   Destn SIP Req Addr:Port : [10.1.76.151]:5061',
    '     Negotiated Codec         : g711ulaw (160 bytes)',
    '     Media Dest IP Addr:Port  : [10.1.99.101]:6009',
    '   Number of Media Streams : 0',
  ]) {
    assert.ok(screen.includes(line), line);
  }
});

test('the configuration is shown, saved and shown again', async () => {
  const console = new TestConsole();
  await console.configure('hostname west');
  const screen = await console.type(
    'show running-config',
    'copy running-config startup-config',
    '',
    'show startup-config',
  );
  const body = console.running;
  const bytes = Buffer.byteLength(`${body.join('\n')}\n`);
  assert.deepEqual(screen, [
    'west#show running-config',
    'Building configuration...',
    '',
    `Current configuration : ${bytes} bytes`,
    ...body,
    'west#copy running-config startup-config',
    'Destination filename [startup-config]? ',
    'Building configuration...',
    '[OK]',
    'west#show startup-config',
    `Using ${bytes} out of 33554432 bytes`,
    ...body,
  ]);
});

test('write saves, write terminal shows', async () => {
  const console = new TestConsole();
  assert.deepEqual(await console.type('wr'), ['Router#wr', 'Building configuration...', '[OK]']);
  assert.equal(await console.startup(), `${console.running.join('\n')}\n`);
  assert.deepEqual((await console.type('write terminal')).slice(4), console.running);
});

test('what could not be saved is told', async () => {
  const writeStartup = async (): Promise<void> => {
    throw new Error('disk full');
  };
  assert.deepEqual(await new TestConsole({ system: { writeStartup } }).type('write memory'), [
    'Router#write memory',
    'Building configuration...',
    '%Error writing startup-config: disk full',
  ]);
  assert.deepEqual((await new TestConsole().type('show startup-config')).slice(1), ['startup-config is not present']);
});

test('reload asks to save what is not saved, and to confirm', async () => {
  const console = new TestConsole();
  assert.deepEqual(await console.type('reload', 'yes', ''), [
    'Router#reload',
    '',
    'System configuration has been modified. Save? [yes/no]: yes',
    'Building configuration...',
    '[OK]',
    'Proceed with reload? [confirm]',
  ]);
  assert.equal(console.reloads, 1);
  assert.deepEqual(await console.type('reload', 'n'), ['Router#reload', 'Proceed with reload? [confirm]n']);
  assert.equal(console.reloads, 1);
});

test('the clock is shown', async () => {
  const console = new TestConsole();
  assert.deepEqual((await console.type('show clock')).slice(1), ['18:56:04.554 UTC Mon Oct 17 2016']);
});

test('what is kept without effect is listed with its reason', async () => {
  const console = new TestConsole();
  await console.configure('interface GigabitEthernet0/0', 'duplex auto', 'ip cef');
  assert.deepEqual((await console.type('show configuration inert')).slice(1), [
    'Without effect, and of no concern to calls:',
    '  version 12.4 (names the software that wrote the file)',
    '  interface GigabitEthernet0/0: duplex auto (the host drives its interfaces)',
    '  ip cef (the host routes packets)',
  ]);
});
