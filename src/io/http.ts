export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** Connect to this address instead of looking the URL's host up: it was looked up, and looked at, before. */
  readonly address?: string;
  readonly contentType?: string;
  readonly body?: Buffer;
  readonly timeoutMs: number;
  /** An answer larger than this is refused, whatever length it declares. */
  readonly maxBytes: number;
}

export interface HttpResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

/** Plain http, no redirects followed. Rejects with a `GatewayError`. */
export interface HttpClient {
  fetch(request: HttpRequest): Promise<HttpResponse>;
}
