import type { DebugHub, HttpClient } from './io/index.ts';
import type { Pki } from './pki/index.ts';
import type { SipTrace } from './sip/index.ts';

/** The topics of `debug ccsip`, from the hub. */
export function sipTrace(hub: DebugHub): SipTrace {
  const topic = (name: keyof SipTrace) => hub.topic(`ccsip ${name}`);
  return {
    messages: topic('messages'),
    states: topic('states'),
    transport: topic('transport'),
    error: topic('error'),
    calls: topic('calls'),
  };
}

/** The HTTP client of enrolments, watched by `debug crypto pki transactions` and `messages`. */
export function watchedHttp(http: HttpClient, hub: DebugHub): HttpClient {
  const transactions = hub.topic('crypto pki transactions');
  const messages = hub.topic('crypto pki messages');
  return {
    fetch: async (request) => {
      // The message of a GET is the whole request in base64: its operation says enough.
      const place = request.url.replace(/&message=.*$/s, '&message=...');
      if (transactions.on) transactions.write(() => `CRYPTO_PKI: Sending ${request.method} ${place}`);
      try {
        const response = await http.fetch(request);
        if (transactions.on) transactions.write(() => `CRYPTO_PKI: HTTP ${response.status} from ${place}`);
        if (messages.on) {
          const { contentType, body } = response;
          messages.write(() => `CRYPTO_PKI: received message of ${body.length} bytes, ${contentType || 'no type'}`);
        }
        return response;
      } catch (error) {
        if (transactions.on) transactions.write(() => `CRYPTO_PKI: ${place} failed: ${String(error)}`);
        throw error;
      }
    },
  };
}

type Judging = Pick<Pki, 'credentialsFor' | 'judge'>;
type ExpectedPeer = Parameters<Pki['judge']>[1];
type Verdict = Awaited<ReturnType<Pki['judge']>>;

/** `debug crypto pki validation`: the PKI as the transport asks it, for those who watch the answers. */
export function watchedPki(hub: DebugHub, pki: Judging): Judging {
  return {
    credentialsFor: (address, rules) => pki.credentialsFor(address, rules),
    judge: (peer, expected) => {
      const verdict = pki.judge(peer, expected);
      if (verdict instanceof Promise) return verdict.then((late) => watched(hub, expected, late));
      return watched(hub, expected, verdict);
    },
  };
}

/** What was asked of a peer, and what our policy said. */
function watched(hub: DebugHub, expected: ExpectedPeer, verdict: Verdict): Verdict {
  const topic = hub.topic('crypto pki validation');
  if (topic.on) {
    topic.write(() => {
      const wanted = expected.dnsName ?? expected.address;
      const peer = `TLS ${expected.role}${wanted === undefined ? '' : ` ${wanted}`}`;
      return verdict.accepted
        ? `CRYPTO_PKI: ${peer} accepted: it proved ${verdict.provedName || 'its chain'}, trustpoint ${verdict.trustpoint}`
        : `CRYPTO_PKI: ${peer} refused by rule ${verdict.rule}: ${verdict.reason}`;
    });
  }
  return verdict;
}
