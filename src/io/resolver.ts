/** Names to addresses. `ip host` entries are looked up by the caller first. */
export interface Resolver {
  /** IPv4 and IPv6 addresses, in the order to try them. Rejects with `GatewayError` `name-not-found` or `name-timeout`. */
  addresses(name: string): Promise<readonly string[]>;
}
