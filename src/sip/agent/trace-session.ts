import type { SipSession } from '../session.ts';
import { traceHead } from '../trace.ts';
import type { HostedSession } from './session-host.ts';

/** IOS's names of a leg's states, as far as they are known. */
const names = {
  setup: { out: 'STATE_SENT_INVITE', in: 'STATE_RECD_INVITE' },
  early: { out: 'STATE_RECD_PROCEEDING', in: 'STATE_SENT_ALERTING' },
  confirmed: { out: 'STATE_ACTIVE', in: 'STATE_ACTIVE' },
  ended: { out: 'STATE_DEAD', in: 'STATE_DEAD' },
} as const;

function nameOf(state: SipSession['state'] | undefined, { direction }: HostedSession): string {
  return state === undefined ? 'STATE_IDLE' : names[state][direction];
}

/** One line of `debug ccsip states`. The number IOS prints is a place in memory; ours is the Call-ID. */
export function stateChange(
  session: HostedSession,
  from: SipSession['state'] | undefined,
  to: SipSession['state'],
): string {
  const change = `from (${nameOf(from, session)}, SUBSTATE_NONE)  to (${nameOf(to, session)}, SUBSTATE_NONE)`;
  return `${traceHead('State', 'sipSPIChangeState', session.legName)} ${session.callId || '-'} : State change ${change}`;
}

/** The block of `debug ccsip calls`, when a leg stands and when it is gone. */
export function callSummary(session: HostedSession, state: SipSession['state']): string {
  const { flow, remote } = session;
  return [
    `${traceHead('Call', 'sipSPICallInfo', session.legName)} `,
    'The Call Setup Information is:',
    `Call Control Block (CCB) : ${session.callId}`,
    `State of The Call        : ${nameOf(state, session)}`,
    `TCP Sockets Used         : ${session.transport === 'udp' ? 'NO' : 'YES'}`,
    `Calling Number           : ${session.calling}`,
    `Called Number            : ${session.called}`,
    `Source IP Address (Sig  ): ${flow?.local.host ?? '0.0.0.0'}`,
    `Destn SIP Req Addr:Port  : ${remote === undefined ? '0.0.0.0:0' : `${remote.host}:${remote.port}`}`,
    '',
  ].join('\n');
}
