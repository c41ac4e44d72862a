import { AttributeTypeAndValue, AttributeValue, Name, RelativeDistinguishedName } from '@peculiar/asn1-x509';
import { decode, encode } from './der.ts';
import { done, type Outcome, refused } from './outcome.ts';

/** One attribute of a name, by the short name IOS displays (`cn`, `hostname`) or the dotted number of an unknown one. */
export interface NameAttribute {
  readonly type: string;
  readonly value: string;
}

/** A distinguished name as read: RDNs in DER order, each of one or more attributes. */
export type DistinguishedName = readonly (readonly NameAttribute[])[];

type StringKind = 'directory' | 'printable' | 'ia5';
const attributes: readonly [type: string, id: string, kind: StringKind, ...typed: string[]][] = [
  ['cn', '2.5.4.3', 'directory', 'cn', 'commonname'],
  ['ou', '2.5.4.11', 'directory', 'ou', 'organizationalunitname'],
  ['o', '2.5.4.10', 'directory', 'o', 'organizationname'],
  ['l', '2.5.4.7', 'directory', 'l', 'localityname'],
  ['st', '2.5.4.8', 'directory', 'st', 's', 'stateorprovincename'],
  ['c', '2.5.4.6', 'printable', 'c', 'countryname'],
  ['dc', '0.9.2342.19200300.100.1.25', 'ia5', 'dc'],
  ['e', '1.2.840.113549.1.9.1', 'ia5', 'e', 'email', 'emailaddress', 'ea'],
  ['t', '2.5.4.12', 'directory', 't', 'title'],
  ['sn', '2.5.4.4', 'directory', 'sn', 'surname'],
  ['gn', '2.5.4.42', 'directory', 'gn', 'givenname'],
  ['serialNumber', '2.5.4.5', 'printable', 'serialnumber'],
  ['hostname', '1.2.840.113549.1.9.2', 'ia5', 'hostname', 'unstructuredname'],
  ['ipaddress', '1.2.840.113549.1.9.8', 'directory', 'ipaddress', 'unstructuredaddress'],
];
const byTyped = new Map(attributes.flatMap((row) => row.slice(3).map((typed) => [typed, row] as const)));
const byType = new Map(attributes.map((row) => [row[0], row]));
const byId = new Map(attributes.map((row) => [row[1], row]));

const longestName = 1024;
const mostAttributes = 32;

/** A typed `CN=foo,O="Bar, Inc"`, in the order typed. `/` is plain text; quotes or a backslash keep a comma. */
export function parseX500(text: string): Outcome<readonly NameAttribute[]> {
  if (text.length > longestName) return refused('name too long');
  if (/[\x00-\x1f\x7f]/.test(text)) return refused('control character in name');
  const parts = splitAttributes(text);
  if (parts === undefined || parts.length > mostAttributes) return refused('malformed name');
  const read: NameAttribute[] = [];
  for (const part of parts) {
    const equals = part.indexOf('=');
    const row = byTyped.get(part.slice(0, Math.max(equals, 0)).trim().toLowerCase());
    const value = part.slice(equals + 1).trim();
    if (row === undefined || value === '') return refused(`unknown or empty attribute "${part.trim()}"`);
    if (row[0] === 'c' && value.length !== 2) return refused('a country is two letters');
    read.push({ type: row[0], value });
  }
  return done(read);
}

/** Pieces between unquoted commas, quotes and backslashes taken away; undefined when a quote is left open. */
function splitAttributes(text: string): string[] | undefined {
  const parts = [''];
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === '\\' && at + 1 < text.length) parts[parts.length - 1] += text[++at]!;
    else if (character === '"') quoted = !quoted;
    else if (character === ',' && !quoted) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return quoted ? undefined : parts;
}

/**
 * The name a router puts in a request: what was typed, last attribute first, then one multi-valued RDN of what the router
 * knows of itself.
 */
export function routerName(typed: readonly NameAttribute[], router: readonly NameAttribute[]): Name {
  const rdns = typed.map((attribute) => [attribute]).reverse();
  if (router.length > 0) rdns.push([...router]);
  return buildName(rdns);
}

/** DER order in, DER out: the members of a multi-valued RDN are put in the order DER asks for. */
export function buildName(name: DistinguishedName): Name {
  return new Name(name.map((rdn) => new RelativeDistinguishedName(sortSet(rdn.map(buildAttribute)))));
}

function sortSet(members: AttributeTypeAndValue[]): AttributeTypeAndValue[] {
  return members
    .map((member) => ({ member, der: encode(member) }))
    .sort((a, b) => Buffer.compare(a.der, b.der))
    .map((entry) => entry.member);
}

function buildAttribute({ type, value }: NameAttribute): AttributeTypeAndValue {
  const row = byType.get(type);
  if (row === undefined) throw new TypeError(`unknown name attribute ${type}`);
  return new AttributeTypeAndValue({ type: row[1], value: new AttributeValue(stringOf(row[2], value)) });
}

function stringOf(kind: StringKind, value: string): Partial<AttributeValue> {
  if (kind === 'ia5' && /^[\x00-\x7f]*$/.test(value)) return { ia5String: value };
  return /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value) ? { printableString: value } : { utf8String: value };
}

/** Refuses a NUL or any other control character in a value: no name that means one thing here and another there. */
export function readName(name: Name): Outcome<DistinguishedName> {
  const rdns: NameAttribute[][] = [];
  for (const rdn of name) {
    const read: NameAttribute[] = [];
    for (const { type, value } of rdn) {
      const text = value.anyValue === undefined ? value.toString() : Buffer.from(value.anyValue).toString('hex');
      if (/[\x00-\x1f\x7f]/.test(text)) return refused('control character in a name');
      read.push({ type: byId.get(type)?.[0] ?? type, value: text });
    }
    rdns.push(read);
  }
  return done(rdns);
}

/** The same from the encoded name. */
export function readNameDer(der: Uint8Array): Outcome<DistinguishedName> {
  const parsed = decode(der, Name, 'the name');
  return parsed.ok ? readName(parsed.value) : parsed;
}

/** RDNs as IOS displays them: last one first, the members of one joined by `+`. */
export function displayName(name: DistinguishedName): readonly string[] {
  return name.map((rdn) => rdn.map(({ type, value }) => `${type}=${value}`).join('+')).reverse();
}

export function commonNameOf(name: DistinguishedName): string | undefined {
  return nameValues(name, 'cn').at(-1);
}

/** Every value of one attribute, whichever RDN it stands in. */
export function nameValues(name: DistinguishedName, type: string): readonly string[] {
  return name.flat().flatMap((attribute) => (attribute.type === type ? [attribute.value] : []));
}
