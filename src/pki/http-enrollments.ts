import type { Clock, HttpClient, Log } from '../io/index.ts';
import type { Certificate } from './certificate.ts';
import { httpRequestOf, type TypedParameters } from './http-command.ts';
import { HttpEnrollment, type HttpOrder, httpTimeoutMs, longestHttpAnswer } from './http-enrollment.ts';
import type { PkiMessages } from './messages.ts';
import { done, type Outcome, reasonOf, refused } from './outcome.ts';
import { readCertificateFile } from './paste.ts';
import type { ReceivedCertificates } from './received-certificates.ts';
import type { ReadRequest } from './request.ts';
import type { RequestMaker } from './request-maker.ts';
import { type FetchedCa, orderAuthorities, silenceIn } from './scep/client.ts';
import type { MakeRequest } from './scep-enrollments.ts';
import type { TrustpointSettings, UrlMethod } from './settings.ts';
import type { Trustpoints } from './trustpoints.ts';

export interface HttpEnrollmentsParts {
  readonly trustpoints: Trustpoints;
  readonly maker: RequestMaker;
  readonly received: ReceivedCertificates;
  /** HTTP of a trustpoint, from the address it is to ask from. */
  readonly httpFor: (settings: TrustpointSettings) => HttpClient;
  readonly clock: Clock;
  readonly log: Log<PkiMessages>;
}

/** A method of an enrollment profile that says how to ask in HTTP. */
export type HttpMethod = UrlMethod & { readonly http: NonNullable<UrlMethod['http']> };

/** The command by which a trustpoint asks, where it does so neither by SCEP nor by files. */
export function httpMethod({ enrollment: { method } }: TrustpointSettings): HttpMethod | undefined {
  return method?.kind === 'url' && method.http !== undefined && /^http:/i.test(method.url)
    ? { ...method, http: method.http }
    : undefined;
}

/** Enrolments by the commands of an enrollment profile. */
export class HttpEnrollments {
  readonly #parts: HttpEnrollmentsParts;

  constructor(parts: HttpEnrollmentsParts) {
    this.#parts = parts;
  }

  async fetchCa(settings: TrustpointSettings, { url, http }: HttpMethod, typed?: TypedParameters): Promise<FetchedCa> {
    const message = httpRequestOf(url, http, typed);
    if (!message.ok) return message;
    const client = this.#parts.httpFor(settings);
    try {
      const answer = await client.fetch({ ...message.value, timeoutMs: httpTimeoutMs, maxBytes: longestHttpAnswer });
      if (answer.status !== 200) return refused(`HTTP status ${answer.status}`);
      const read = readCertificateFile(answer.body);
      return read.ok ? orderAuthorities(read.value) : refused('the answer holds no certificate');
    } catch (error) {
      return { ...refused(reasonOf(error)), ...silenceIn(error) };
    }
  }

  async begin(
    settings: TrustpointSettings,
    { url, http }: HttpMethod,
    make: MakeRequest,
    typed?: TypedParameters,
  ): Promise<Outcome<{ readonly enrollment: HttpEnrollment; readonly request: ReadRequest }>> {
    const { trustpoints, maker, received, httpFor } = this.#parts;
    const { name } = settings;
    const { ca, others } = trustpoints.chain(name);
    if (ca === undefined) return refused('the certificate authority is not authenticated');
    const first = await make('sha256');
    if (!first.ok) return first;
    const second = maker.second(first.value);
    if (second?.ok === false) return second;
    const orders: HttpOrder[] = [];
    for (const { request } of second === undefined ? [first.value] : [first.value, second.value]) {
      const message = httpRequestOf(url, http, typed, request.der);
      if (!message.ok) return message;
      orders.push({ request, message: message.value });
    }
    const parts = {
      ...this.#parts,
      http: httpFor(settings),
      received: (certificate: Certificate) =>
        received.store(name, () => trustpoints.setIdentity(name, certificate, 'identity')),
    };
    const plan = { trustpoint: name, orders, authorities: [ca, ...others] };
    return done({ enrollment: new HttpEnrollment(parts, plan), request: first.value.request });
  }
}
