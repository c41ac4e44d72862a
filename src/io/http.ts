export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** Connect to this address instead of looking the URL's host up: it was looked up, and looked at, before. */
  readonly address?: string;
  /** Our address to send from; absent: the host chooses. */
  readonly localHost?: string;
  readonly contentType?: string;
  readonly body?: Buffer;
  readonly timeoutMs: number;
  /** An answer larger than this is refused, whatever length it declares. */
  readonly maxBytes: number;
  /** Whom an https server must chain to: certificates, PEM, or the host's own store. An https URL without it is refused. */
  readonly trust?: readonly string[] | 'host';
}

export interface HttpResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
  /** By name in lower case; what came more than once is one text, comma separated. Absent: none are known. */
  readonly headers?: ReadonlyMap<string, string>;
}

/** http, and https to the anchors of the request; no redirects followed. Rejects with a `GatewayError`. */
export interface HttpClient {
  fetch(request: HttpRequest): Promise<HttpResponse>;
}
