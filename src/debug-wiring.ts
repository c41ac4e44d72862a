import type { DebugHub, HttpClient } from './io/index.ts';
import { LegNames } from './leg-names.ts';
import { callIdOf, displayMessage, type SipTrace } from './sip/index.ts';

/** The topics of `debug ccsip`, from the hub. `legName`: of the leg in being that has this Call-ID. */
export function sipTrace(hub: DebugHub, legName: (callId: string) => string | undefined): SipTrace {
  const topic = (name: keyof SipTrace) => hub.topic(`ccsip ${name}`);
  const messages = topic('messages');
  const names = new LegNames(legName);
  return {
    messages: {
      get on() {
        return messages.on;
      },
      // The leg is looked up now: it may be gone when the text is shown.
      show: (direction, text) => {
        const name = names.of(callIdOf(text) ?? '');
        messages.write(() => displayMessage(direction, text, name));
      },
    },
    states: topic('states'),
    transport: topic('transport'),
    error: topic('error'),
    calls: topic('calls'),
  };
}

/** The HTTP client of enrolments, watched by `debug crypto pki transactions`, `messages` and `scep`. */
export function watchedHttp(http: HttpClient, hub: DebugHub): HttpClient {
  const transactions = hub.topic('crypto pki transactions');
  const messages = hub.topic('crypto pki messages');
  const scep = hub.topic('crypto pki scep');
  return {
    fetch: async (request) => {
      // The message of a GET is the whole request in base64: its operation says enough.
      const [head = '', message] = request.url.split('&message=', 2);
      const place = message === undefined ? head : `${head}&message=...`;
      if (transactions.on) transactions.write(() => `CRYPTO_PKI: Sending ${request.method} ${place}`);
      const operation = scepOperation(request.url);
      if (scep.on && operation !== undefined) {
        scep.write(() => `CRYPTO_PKI_SCEP: Client sending ${operation} by ${request.method}`);
      }
      try {
        const response = await http.fetch(request);
        if (scep.on && operation !== undefined) {
          const { status, body } = response;
          scep.write(
            () => `CRYPTO_PKI_SCEP: Client received answer to ${operation}: HTTP ${status}, ${body.length} bytes`,
          );
        }
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

/** What a SCEP client asks for; undefined when the URL is none of SCEP. */
function scepOperation(url: string): string | undefined {
  return /[?&]operation=([A-Za-z]{1,32})/.exec(url)?.[1];
}
