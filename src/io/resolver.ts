/** Names to addresses and services. `ip host` entries are looked up by the caller first. */
export interface Resolver {
  /** IPv4 and IPv6 addresses, in the order to try them. Rejects with `GatewayError` `name-not-found` or `name-timeout`. */
  addresses(name: string): Promise<readonly string[]>;
  /** Service records of a name (RFC 2782), as they came; none when there are none. Rejects with `name-timeout`. */
  services(name: string): Promise<readonly ServiceRecord[]>;
  /** Naming authority pointers of a name (RFC 3403), as they came; none when there are none. Rejects with `name-timeout`. */
  pointers(name: string): Promise<readonly NamingPointer[]>;
  /** The servers to ask from now on (`ip name-server`); the host's own when there are none. */
  use(servers: readonly string[]): void;
}

/** SRV: who offers a service. */
export interface ServiceRecord {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  /** A name; empty when the service is decidedly not offered. */
  readonly target: string;
}

/** NAPTR: where to look further for a service. */
export interface NamingPointer {
  readonly order: number;
  readonly preference: number;
  /** `s`: the replacement is the name of service records. */
  readonly flags: string;
  /** `SIPS+D2T` and its like. */
  readonly service: string;
  readonly replacement: string;
}
