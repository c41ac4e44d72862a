import type { ActiveCalls, LegReport } from '../../call/index.ts';
import type { PortReport } from '../../port/index.ts';

/** `show voip rtp connections`: a line for each leg that has agreed on where its media goes. */
export function printRtpConnections({ legs }: ActiveCalls): readonly string[] {
  const rows = legs.flatMap(rtpRow).map((row, i) => `${String(i + 1).padEnd(6)}${row}`);
  if (rows.length === 0) return ['VoIP RTP active connections :', 'No active connections found'];
  return [
    'VoIP RTP active connections :',
    'No. CallId     dstCallId  LocalRTP RmtRTP LocalIP                                RemoteIP',
    ...rows,
    `Found ${rows.length} active RTP connections`,
  ];
}

function rtpRow({ id, otherId, sip }: LegReport): readonly string[] {
  const { localMedia: local, remoteMedia: remote } = sip ?? {};
  if (local === undefined || remote === undefined) return [];
  const columns = [id, otherId].map((number) => String(number).padEnd(11)).join('');
  return [
    `${columns}${String(local.port).padEnd(9)}${String(remote.port).padEnd(7)}${local.host.padEnd(39)}${remote.host}`,
  ];
}

/** What the two state machines of a port on a router would be in. */
const portStates: Readonly<Record<PortReport['state'], readonly [vtsp: string, vpm: string]>> = {
  shut: ['-', '*shutdown*'],
  'on-hook': ['-', 'FXSLS_ONHOOK'],
  ringing: ['S_ALERTING', 'FXSLS_RINGING'],
  dialling: ['S_PROCEEDING', 'FXSLS_OFFHOOK'],
  'off-hook': ['S_CONNECT', 'FXSLS_CONNECT'],
};

export interface PortCall {
  readonly port: string;
  readonly state: PortReport['state'];
  readonly codec: string | undefined;
}

/** The ports, each with the codec of its call. */
export function portCalls(ports: readonly PortReport[], { legs }: ActiveCalls): readonly PortCall[] {
  return ports.map(({ name, state }) => ({ port: name, state, codec: legs.find(({ port }) => port === name)?.codec }));
}

/** `show voice call summary` */
export function printVoiceCalls(calls: readonly PortCall[]): readonly string[] {
  return [
    'PORT           CODEC     VAD VTSP STATE            VPM STATE',
    '============== ========= === ==================== ======================',
    ...calls.map(({ port, state, codec }) => {
      const [vtsp, vpm] = portStates[state];
      return `${port.padEnd(15)}${(codec ?? '-').padEnd(10)} ${codec === undefined ? '-' : 'n'}  ${vtsp.padEnd(22)}${vpm}`;
    }),
  ];
}
