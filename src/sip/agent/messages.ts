import type { Address, Log, LogCatalogue } from '../../io/index.ts';
import { printAddress } from './identity.ts';

/** What the user agent tells the operator. */
export const agentMessages = {
  MALFORMED: {
    severity: 4,
    text: 'Message from {remote} ({transport}) was refused: {status} {reason}',
    cause: 'A peer sent what is not a well-formed SIP message, or one beyond the bounds.',
    remedy: 'The reason names the part that is wrong. Capture the message at the peer and correct it there.',
  },
  UNTRUSTED: {
    severity: 4,
    text: '{method} from {remote} ({transport}){name} was refused: no session target and no line of the trusted list stands for it',
    cause:
      'A source that the configuration does not know wants to call: a peer that is not configured yet, or somebody trying.',
    remedy:
      'If it may call, add `ipv4 ADDRESS [MASK]`, or `dns NAME` for a TLS peer by its certificate, under `ip address trusted list`. `show ip address trusted list` tells what stands there.',
  },
  SIPS_OVER_TLS: {
    severity: 4,
    text: 'Call to {called}: a sips URI leaves over TLS, not over {transport} as configured',
    cause:
      'The dial peer asks for sips URIs, or the call came to one, but the session transport configured is not TLS (RFC 5630).',
    remedy: 'Set `session transport tcp tls` on the dial peer or under `voice service voip`.',
  },
  SIPS_WITHOUT_TLS: {
    severity: 4,
    text: '{method} from {remote} was refused: its sips URI came over {transport}, not over TLS',
    cause:
      'A sips URI promises TLS on every hop (RFC 3261 26.4.4), and this hop breaks the promise. The answer is 403, since a 416 would invite the caller to try again without TLS.',
    remedy: 'Let the peer send to the TLS port, or call a sip URI.',
  },
  CALL_UNREACHED: {
    severity: 4,
    text: 'Call to {called} finds no way over {transport}: {reason}',
    cause:
      'The name of the target has no address, or none of its hosts could be connected with. The call fails with cause 63, or goes on to the next dial peer.',
    remedy: 'Read the reason; `show sip-ua targets` tells of each host, `test crypto pki peer` tries the TLS of one.',
  },
  CALL_SENT_ON: {
    severity: 6,
    text: 'Call to {called} goes on to {place}, as {remote} says',
    cause: 'The peer answered 3xx: the call is elsewhere (RFC 3261 8.1.3.4).',
    remedy:
      'Nothing, where the peer may say so. `no redirection` under `sip-ua` ends such calls instead; `max-redirects` of a dial peer says how often they go on.',
  },
  CHALLENGE_UNANSWERED: {
    severity: 4,
    text: 'Call {callId}: a challenge of {remote} was not answered: {reason}',
    cause:
      'A server or proxy asked who we are, and no `authentication` line is for its realm, or it does not take what we answer.',
    remedy:
      'Configure `authentication username ... realm ...` on the dial peer or under `sip-ua`, and compare the password.',
  },
  CALLER_UNPROVED: {
    severity: 4,
    text: 'Call {callId} from {remote} was refused: {reason}',
    cause:
      'The dial peer challenges its callers, and this one answered with something else than user and password configured.',
    remedy: 'Compare user, password and realm on both sides. Many of these from one address are an attack.',
  },
  CALL_LOST: {
    severity: 4,
    text: 'Call {callId} with {remote} was lost: {reason}',
    cause:
      'The peer went away during a call: its connection broke and it could not be reached again, or it did not answer.',
    remedy: 'Look at the peer and at the network between. The other leg was released.',
  },
  PEER_SILENT: {
    severity: 4,
    text: 'Connection {id} with {remote} ({transport}) is closed: two requests in a row got no answer on it',
    cause: 'The connection stands, but the peer behind it is gone or hangs, or a firewall forgot the connection.',
    remedy: 'Calls go on over a new connection, where the peer takes one. Look at the peer and at what is between.',
  },
  OVERLOAD: {
    severity: 4,
    text: 'Request {method} from {remote} was refused: {reason}',
    cause:
      'A bound was reached: transactions or sessions in being, or that of `call spike` or `call threshold`; or there is more to do than can be done, and calls over UDP are refused until that is over (told once in ten seconds).',
    remedy: 'Find the source of the load; `show sip-ua calls` and `show sip-ua connections` name the peers.',
  },
} as const satisfies LogCatalogue;

export type AgentLog = Log<typeof agentMessages>;

/** For those who refuse calls for load. */
export function tellOverload(log: AgentLog): (source: Address, reason: string) => void {
  return (source, reason) => log('OVERLOAD', { method: 'INVITE', remote: printAddress(source), reason });
}
