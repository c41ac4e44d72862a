import { AddressRange, maskLength } from './address-range.ts';

/** Where a request came from, as far as that is proved. */
export interface Source {
  readonly host: string;
  /** Every name a TLS peer's certificate proved. */
  readonly provedNames: readonly string[];
  /** At whose port it arrived; 0: nobody's. */
  readonly tenant: number;
}

/** One line of `ip address trusted list`. */
export type TrustedEntry =
  | { readonly kind: 'ipv4'; readonly address: string; readonly mask?: string }
  | { readonly kind: 'ipv6'; readonly address: string; readonly prefixLength?: number }
  /** A TLS peer that proves this name; `*.example.com` stands for one label more, and for a certificate of just that wildcard. */
  | { readonly kind: 'dns'; readonly name: string };

/** The line as it is typed. */
export function printTrustedEntry(entry: TrustedEntry): string {
  if (entry.kind === 'dns') return `dns ${entry.name}`;
  const { kind, address } = entry;
  if (kind === 'ipv4') return `ipv4 ${address}${entry.mask === undefined ? '' : ` ${entry.mask}`}`;
  return `ipv6 ${address}${entry.prefixLength === undefined ? '' : `/${entry.prefixLength}`}`;
}

interface NamedRange {
  readonly rule: string;
  readonly range: AddressRange;
}

/**
 * Who may call: whom we call ourselves, and whom the operator lists. An address is believed as it is, since over TCP and TLS it is
 * proved and over UDP there is nothing better; a name only when a certificate proved it.
 */
export class TrustedSources {
  /** Lines by lower-case address or name. */
  readonly #targets: ReadonlyMap<string, string>;
  readonly #names: ReadonlyMap<string, string>;
  readonly #ranges: readonly NamedRange[];

  /** `targets`: addresses and names of those we call, each with the line that says so. */
  constructor(targets: ReadonlyMap<string, string>, list: readonly TrustedEntry[]) {
    this.#targets = targets;
    this.#names = new Map(
      list.flatMap((entry) => (entry.kind === 'dns' ? [[entry.name.toLowerCase(), printTrustedEntry(entry)]] : [])),
    );
    this.#ranges = list.flatMap((entry) => rangeOf(entry) ?? []);
  }

  /** The line by which a source is trusted; undefined when none says so. */
  ruleFor({ host, provedNames }: Pick<Source, 'host' | 'provedNames'>): string | undefined {
    return this.#targets.get(host) ?? this.#byNames(provedNames) ?? this.#byRange(host);
  }

  #byNames(provedNames: readonly string[]): string | undefined {
    for (const name of provedNames) {
      const rule = this.#byName(name.toLowerCase());
      if (rule !== undefined) return rule;
    }
    return undefined;
  }

  #byName(name: string): string | undefined {
    const parent = name.slice(name.indexOf('.') + 1);
    return this.#targets.get(name) ?? this.#names.get(name) ?? this.#names.get(`*.${parent}`);
  }

  #byRange(host: string): string | undefined {
    return this.#ranges.find(({ range }) => range.holds(host))?.rule;
  }
}

function rangeOf(entry: TrustedEntry): NamedRange | undefined {
  if (entry.kind === 'dns') return undefined;
  const length = entry.kind === 'ipv6' ? entry.prefixLength : entry.mask && maskLength(entry.mask);
  const range = AddressRange.of(entry.address, typeof length === 'number' ? length : undefined);
  return range && { rule: printTrustedEntry(entry), range };
}
