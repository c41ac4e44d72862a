/** The SIP room as commands see it: what transport, user agent, registrations and the calls they carry say, put together. */
import type { CallService } from './call/index.ts';
import type { CallScreen } from './call-screen.ts';
import type { Tree } from './commands/index.ts';
import {
  callsReport,
  limitsOf,
  type Registrations,
  type SipFace,
  type SipTransport,
  type SipUserAgent,
} from './sip/index.ts';

export interface SipParts {
  readonly transport: SipTransport;
  readonly agent: SipUserAgent;
  readonly registrations: Registrations;
  readonly screen: CallScreen;
  readonly calls: CallService;
  readonly running: () => Tree;
}

export function sipFace({ transport, agent, registrations, screen, calls, running }: SipParts): SipFace {
  return {
    connections: (name) => transport.report(name),
    connectionDetails: (name) => transport.details(name, (flow) => agent.callsOn(flow)),
    closedConnections: () => transport.history(),
    clear: (name, what) => transport.clear(name, what),
    registrations: () => registrations.report(),
    drain: (name, what) => transport.drain(name, what),
    statistics: () => agent.statistics(),
    clearStatistics: () => agent.clearStatistics(),
    failures: () => transport.failures(),
    overload: () => {
      const { held, arrivals, withheld } = transport.overload();
      const { message, framingOfStrangers } = limitsOf(running().sip.limits);
      const bytes = { ...message, bodyOfStrangers: framingOfStrangers.body };
      const busy = agent.counters().busyRefusals;
      return { held: [...held, ...agent.load()], arrivals, withheld, busy, message: bytes };
    },
    targets: () => agent.targets(),
    trust: () => {
      const { strangers: refused, strangersUnanswered: unanswered } = agent.counters();
      return screen.report({ refused, unanswered });
    },
    status: () => {
      const { sip, interfaces } = running();
      const address = (name: string | undefined): string | undefined =>
        name === undefined ? undefined : interfaces.get(name)?.address?.address;
      return {
        listening: {
          udp: transport.listenPort('udp') !== undefined,
          tcp: transport.listenPort('tcp') !== undefined,
          tls: transport.listenPort('tls') !== undefined,
        },
        boundSignaling: address(sip.bind.control),
        boundMedia: address(sip.bind.media),
      };
    },
    calls: () => {
      const legs = new Map(calls.activeCalls().legs.map((leg) => [leg.sip?.callId, leg]));
      return callsReport(agent.sessions(), (callId) => {
        const leg = legs.get(callId);
        if (leg?.sip === undefined) return undefined;
        const { codecBytes, localMedia, remoteMedia, payloadType, telephoneEvent, dtmf } = leg.sip;
        const media =
          localMedia === undefined
            ? undefined
            : {
                codec: `${leg.codec ?? 'none'} (${codecBytes} bytes)`,
                payloadType: payloadType ?? 0,
                dtmf,
                ...(telephoneEvent === undefined ? {} : { eventPayloadType: telephoneEvent }),
                source: localMedia,
                destination: remoteMedia,
              };
        return { legId: leg.id, peerLegId: leg.otherId === 0 ? undefined : leg.otherId, media };
      });
    },
  };
}
