import type { AlternativeNames } from './alternative-names.ts';
import { canonicalAddress, ipv4Number } from './ip.ts';
import { done, type Outcome, refused } from './outcome.ts';
import { type Tlv, TlvReader } from './revocation/tlv.ts';
import { commonNameOf, type DistinguishedName, displayName, readNameDer } from './x500-name.ts';

/** Name constraints of a CA (RFC 5280 4.2.1.10): which names certificates below it may have. */
export interface NameConstraints {
  readonly permitted: readonly Subtree[];
  readonly excluded: readonly Subtree[];
}

/** One base of a constraint. `other`: of a form that is not compared here. */
export type Subtree =
  | { readonly form: 'dns' | 'uri' | 'mail'; readonly base: string }
  | { readonly form: 'ip'; readonly base: Buffer; readonly mask: Buffer }
  | { readonly form: 'directory'; readonly base: DistinguishedName }
  | { readonly form: 'other' };

type Form = Subtree['form'];

const mostSubtrees = 100;
const longestBase = 255;

/** The extension's value. Total. */
export function readNameConstraints(der: Uint8Array): Outcome<NameConstraints> {
  const unreadable = refused('the name constraints cannot be decoded');
  const reader = new TlvReader(der);
  const whole = reader.next(0x30);
  if (whole === undefined || !reader.isAtEnd) return unreadable;
  const lists = reader.within(whole);
  const permitted = readSubtrees(der, lists, lists.next(0xa0));
  const excluded = readSubtrees(der, lists, lists.next(0xa1));
  if (permitted === undefined || excluded === undefined || !lists.isAtEnd) return unreadable;
  return done({ permitted, excluded });
}

/** `minimum` and `maximum` are not used with certificates (RFC 5280): a subtree that has one cannot be read. */
function readSubtrees(der: Uint8Array, reader: TlvReader, list: Tlv | undefined): readonly Subtree[] | undefined {
  if (list === undefined) return [];
  const found: Subtree[] = [];
  const inner = reader.within(list);
  while (!inner.isAtEnd) {
    const subtree = inner.next(0x30);
    if (subtree === undefined || found.length >= mostSubtrees) return undefined;
    const parts = inner.within(subtree);
    const base = parts.next();
    const read = base && parts.isAtEnd ? readBase(der, parts, base) : undefined;
    if (read === undefined) return undefined;
    found.push(read);
  }
  return found;
}

const texts: Readonly<Record<number, 'dns' | 'uri' | 'mail'>> = { 129: 'mail', 130: 'dns', 134: 'uri' };

function readBase(der: Uint8Array, reader: TlvReader, base: Tlv): Subtree | undefined {
  const bytes = Buffer.from(der.subarray(base.start, base.end));
  const form = texts[base.tag];
  if (form !== undefined) {
    const text = bytes.toString('latin1');
    return text.length <= longestBase && /^[\x21-\x7e]*$/.test(text) ? { form, base: text.toLowerCase() } : undefined;
  }
  if (base.tag === 0x87) return readBlock(bytes);
  if (base.tag !== 0xa4) return { form: 'other' };
  const name = reader.within(base).next(0x30);
  const read = name && readNameDer(der.subarray(name.at, name.end));
  return read?.ok ? { form: 'directory', base: read.value } : undefined;
}

function readBlock(bytes: Buffer): Subtree | undefined {
  if (bytes.length !== 8 && bytes.length !== 32) return undefined;
  const half = bytes.length / 2;
  return { form: 'ip', base: bytes.subarray(0, half), mask: bytes.subarray(half) };
}

/** What is wrong with a name: in words, and as the TLS library calls it. */
export interface ConstraintFault {
  readonly words: string;
  readonly code:
    | 'PERMITTED_VIOLATION'
    | 'EXCLUDED_VIOLATION'
    | 'UNSUPPORTED_CONSTRAINT_TYPE'
    | 'UNSUPPORTED_NAME_SYNTAX';
}

/** What of a certificate is looked at. */
export interface CertifiedNames {
  readonly subject: DistinguishedName;
  /** Absent when there is no subjectAltName at all. */
  readonly alternativeNames: AlternativeNames | undefined;
}

/** A name of a certificate that constraints of a CA above it forbid; undefined when all are allowed. */
export function constraintFault(
  certificate: CertifiedNames,
  { permitted, excluded }: NameConstraints,
): ConstraintFault | undefined {
  for (const name of namesOf(certificate)) {
    const shown = `${formNames[name.form]} ${shownName(name)}`;
    const isOfForm = ({ form }: Subtree): boolean => form === name.form;
    const [allowed, denied] = [permitted.filter(isOfForm), excluded.filter(isOfForm)];
    if (allowed.length === 0 && denied.length === 0) continue;
    if (name.form === 'other') return { words: `${shown} cannot be compared`, code: 'UNSUPPORTED_CONSTRAINT_TYPE' };
    // RFC 5280: a URI without the name of a host keeps to no constraint.
    if (name.form === 'uri' && name.host === undefined) {
      return { words: `${shown} names no host`, code: 'UNSUPPORTED_NAME_SYNTAX' };
    }
    if (denied.some((subtree) => isWithin(name, subtree)))
      return { words: `${shown} is excluded`, code: 'EXCLUDED_VIOLATION' };
    if (allowed.length > 0 && !allowed.some((subtree) => isWithin(name, subtree))) {
      return { words: `${shown} is not permitted`, code: 'PERMITTED_VIOLATION' };
    }
  }
  return undefined;
}

const formNames: Readonly<Record<Form, string>> = {
  dns: 'DNS name',
  uri: 'URI',
  mail: 'mail address',
  ip: 'address',
  directory: 'subject',
  other: 'a name of another form',
};

type ConstrainedName =
  | { readonly form: 'dns' | 'mail'; readonly text: string }
  | { readonly form: 'uri'; readonly text: string; readonly host: string | undefined }
  | { readonly form: 'ip'; readonly text: string; readonly bytes: Buffer | undefined }
  | { readonly form: 'directory'; readonly name: DistinguishedName }
  | { readonly form: 'other' };

/** Every name that counts: the subject, the alternative names, and the common name where it stands for a DNS name. */
function namesOf({ subject, alternativeNames }: CertifiedNames): readonly ConstrainedName[] {
  const { dns = [], uris = [], addresses = [], mails = [], directories = [], others = 0 } = alternativeNames ?? {};
  const common = alternativeNames === undefined ? commonNameOf(subject) : undefined;
  const subjectMails = subject.flat().flatMap(({ type, value }) => (type === 'e' ? [value] : []));
  return [
    ...[subject, ...directories]
      .filter((name) => name.length > 0)
      .map((name) => ({ form: 'directory', name }) as const),
    ...[...dns, ...(common !== undefined && isDnsName(common) ? [common] : [])].map(
      (text) => ({ form: 'dns', text }) as const,
    ),
    ...uris.map((text) => ({ form: 'uri', text, host: hostOf(text) }) as const),
    ...addresses.map((text) => ({ form: 'ip', text, bytes: addressBytes(text) }) as const),
    ...[...mails, ...subjectMails].map((text) => ({ form: 'mail', text }) as const),
    ...(others > 0 ? [{ form: 'other' } as const] : []),
  ];
}

function shownName(name: ConstrainedName): string {
  if (name.form === 'directory') return displayName(name.name).join(',').slice(0, 120);
  return name.form === 'other' ? '' : name.text.slice(0, 120);
}

function isDnsName(text: string): boolean {
  return /^(?=.*[a-z])(?:[a-z0-9_-]{1,63}\.)+[a-z0-9-]{1,63}$/i.test(text);
}

/** The name of a host in a URI, also in one of SIP; undefined for an address and where there is none. */
function hostOf(uri: string): string | undefined {
  const [, host] =
    /^(?:sips?:|[a-z][a-z0-9+.-]*:\/\/)(?:[^/?#@]*@)?([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)\.?(?::\d*)?(?:[/?#;].*)?$/i.exec(
      uri,
    ) ?? [];
  return host === undefined || ipv4Number(host) !== undefined ? undefined : host.toLowerCase();
}

function isWithin(name: ConstrainedName, subtree: Subtree): boolean {
  if (name.form === 'dns' && subtree.form === 'dns') return isBelow(name.text, subtree.base, true);
  if (name.form === 'uri' && subtree.form === 'uri') return isBelow(name.host ?? '', subtree.base, false);
  if (name.form === 'mail' && subtree.form === 'mail') return isMailWithin(name.text, subtree.base);
  if (name.form === 'ip' && subtree.form === 'ip') return isAddressWithin(name.bytes, subtree.base, subtree.mask);
  if (name.form === 'directory' && subtree.form === 'directory') return isDirectoryWithin(name.name, subtree.base);
  return false;
}

/** `withSubdomains`: a base without a leading dot stands for what is below it too, as of DNS names. */
function isBelow(text: string, base: string, withSubdomains: boolean): boolean {
  const [name, end] = [text.toLowerCase().replace(/\.$/, ''), base.replace(/\.$/, '')];
  if (end === '') return true;
  if (end.startsWith('.')) return name.endsWith(end) && name.length > end.length;
  return name === end || (withSubdomains && name.endsWith(`.${end}`));
}

function isMailWithin(text: string, base: string): boolean {
  const at = text.lastIndexOf('@');
  if (base.includes('@')) {
    const baseAt = base.lastIndexOf('@');
    return text.slice(0, at) === base.slice(0, baseAt) && text.slice(at).toLowerCase() === base.slice(baseAt);
  }
  return isBelow(text.slice(at + 1), base, false);
}

function isAddressWithin(address: Buffer | undefined, base: Buffer, mask: Buffer): boolean {
  if (address === undefined || address.length !== base.length) return false;
  return address.every((octet, at) => ((octet ^ base[at]!) & mask[at]!) === 0);
}

function addressBytes(text: string): Buffer | undefined {
  const plain = canonicalAddress(text);
  const number = ipv4Number(plain);
  if (number !== undefined) {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(number);
    return bytes;
  }
  const groups = plain.split(':');
  if (groups.length !== 8 || !groups.every((group) => /^[0-9a-f]{1,4}$/.test(group))) return undefined;
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}

/** The RDNs of the base are the first of the name. Values are compared without case and superfluous blanks (RFC 5280 7.1). */
function isDirectoryWithin(name: DistinguishedName, base: DistinguishedName): boolean {
  return base.length <= name.length && base.every((rdn, at) => comparable(rdn) === comparable(name[at] ?? []));
}

function comparable(rdn: DistinguishedName[number]): string {
  return JSON.stringify(
    rdn.map(({ type, value }) => [type, value.trim().replace(/\s+/g, ' ').toLowerCase()]).toSorted(),
  );
}
