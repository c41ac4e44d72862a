import { type NameAddress, parseUri } from '../message/index.ts';
import type { SipServer, TransportName } from '../settings.ts';
import { sipHost } from './identity.ts';

/** Where a request goes: to whom it was meant for, or where that one sends it. */
export interface Place {
  readonly host: string;
  readonly isName: boolean;
  readonly port: number | undefined;
  readonly transport: TransportName;
  /** Request-URI. */
  readonly uri: string;
}

type Asked = Pick<Place, 'transport' | 'uri'>;

/**
 * The place a Contact of a 3xx names (RFC 3261 8.1.3.4), reached from `from`. Whoever was asked over TLS is never left for a
 * place without it. `user`: who is asked for there where Contact does not say; without it the URI is that of a domain. Undefined:
 * there is no such place.
 */
export function redirectedPlace(contact: string, from: Asked, user?: string): Place | undefined {
  const uri = parseUri(contact);
  if (uri === undefined || (uri.scheme !== 'sip' && uri.scheme !== 'sips')) return undefined;
  const asked = uri.scheme === 'sips' ? 'tls' : uri.transport;
  const transport = asked === undefined ? from.transport : transports.find((one) => one === asked);
  if (transport === undefined || isWorse({ transport, uri: contact }, from)) return undefined;
  const { address: host, port, scheme } = uri;
  const isName = !host.includes(':') && !/^\d{1,3}(?:\.\d{1,3}){3}$/.test(host);
  const whom = user === undefined || uri.user !== '' ? uri.user : user;
  return { host, isName, port, transport, uri: uriOf(scheme, host, port, user === undefined ? '' : whom) };
}

/** Whether a place promises less than another one: TLS is not left, nor is a sips URI (RFC 5630). */
function isWorse(place: Asked, from: Asked): boolean {
  const isSips = ({ uri }: Asked): boolean => /^sips:/i.test(uri);
  return (from.transport === 'tls' && place.transport !== 'tls') || (isSips(from) && !isSips(place));
}

/** A 3xx whose Contact is where the request may go (RFC 3261 21.3); 380 names another service. */
export function isRedirection(status: number): boolean {
  return (status >= 300 && status <= 302) || status === 305;
}

/** The URIs of a 3xx, the preferred first: by `q`, and as they stand where it is the same (RFC 3261 8.1.3.4). */
export function contactsByPreference(contacts: readonly NameAddress[]): readonly string[] {
  return contacts
    .map((contact) => ({ uri: contact.uri, preference: preferenceOf(contact) }))
    .sort((one, other) => other.preference - one.preference)
    .map(({ uri }) => uri);
}

/** A Contact without `q`, or with one that is none, is as good as any. */
function preferenceOf(contact: NameAddress): number {
  const text = contact.parameter('q') ?? '';
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text) ? Number(text) : 1;
}

/** Where a request was sent on to: the places named, one after the other, and none of them twice. */
export class Redirections {
  readonly #user: string | undefined;
  readonly #atMost: number;
  readonly #placesAtMost: number;
  #asked: readonly Asked[] = [];
  /** Named and not yet asked, the preferred first. */
  #others: readonly Place[] = [];
  #followed = 0;
  #count = 0;
  #place: Place | undefined;

  /** So many 3xx are followed, to so many places in all. `user`: as for `redirectedPlace`. */
  constructor(atMost: number, user?: string, placesAtMost = atMost) {
    this.#atMost = atMost;
    this.#placesAtMost = placesAtMost;
    this.#user = user;
  }

  /** Where the last one led; undefined while there was none. */
  get place(): Place | undefined {
    return this.#place;
  }

  /**
   * Goes to the first place of these that is no worse than `from`, which sends there; the others are kept for `next`. Text: why it
   * goes nowhere.
   */
  follow(contacts: readonly string[], from: Asked): Place | 'leads to no place that may be asked' | 'again and again' {
    this.#asked = [...this.#asked, from];
    const places = contacts
      .map((contact) => redirectedPlace(contact, from, this.#user))
      .filter((place) => place !== undefined)
      .filter((place) => !this.#wasAsked(place));
    if (places.length === 0) return 'leads to no place that may be asked';
    if (this.#followed++ >= this.#atMost) return 'again and again';
    this.#others = [...places, ...this.#others];
    return this.next() ?? 'again and again';
  }

  /** The place that was gone to did not do it: to the next that was named and is no worse. Undefined: there is none, or enough were asked. */
  next(): Place | undefined {
    const last = this.#place;
    const place = this.#others.find((one) => !this.#wasAsked(one) && (last === undefined || !isWorse(one, last)));
    if (place === undefined || this.#count >= this.#placesAtMost) return undefined;
    this.#others = this.#others.slice(this.#others.indexOf(place) + 1);
    this.#asked = [...this.#asked, place];
    this.#count++;
    this.#place = place;
    return place;
  }

  #wasAsked(place: Asked): boolean {
    return this.#asked.some((one) => isSame(one, place));
  }
}

/** A proxy that takes every request, or a target, as the next hop. */
export function hopOf({ kind, host, port }: SipServer): Pick<Place, 'host' | 'isName' | 'port'> {
  return { host, isName: kind === 'dns', port };
}

/** `user`: as it stands in a URI; empty: none. */
export function uriOf(scheme: 'sip' | 'sips', host: string, port: number | undefined, user = ''): string {
  return `${scheme}:${user === '' ? '' : `${user}@`}${sipHost(host)}${port === undefined ? '' : `:${port}`}`;
}

function isSame(one: Asked, other: Asked): boolean {
  return one.transport === other.transport && one.uri === other.uri;
}

const transports: readonly TransportName[] = ['udp', 'tcp', 'tls'];
