import type { CallReport, CallsReport } from '../report.ts';
import type { HostedSession } from './session-host.ts';

/** What the call room knows of a SIP leg. */
export interface LegOfSession {
  readonly legId: number;
  readonly peerLegId: number | undefined;
  readonly media: CallReport['media'];
}

/** `show sip-ua calls`: sessions, each with what the call room says of its leg, found by Call-ID. */
export function callsReport(
  sessions: Iterable<HostedSession>,
  legOf: (callId: string) => LegOfSession | undefined,
): CallsReport {
  const calls = Array.from(sessions, (session): CallReport => {
    const leg = legOf(session.callId);
    return {
      role: session.direction === 'out' ? 'client' : 'server',
      callId: session.callId,
      legId: leg?.legId,
      peerLegId: leg?.peerLegId,
      state: session.state,
      calling: session.calling,
      called: session.called,
      requestUri: session.requestUri,
      transport: session.transport,
      local: session.flow?.local,
      remote: session.remote,
      ...(leg?.media === undefined ? {} : { media: leg.media }),
    };
  });
  return { calls };
}
