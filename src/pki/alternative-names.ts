import type { SubjectAlternativeName } from '@peculiar/asn1-x509';
import { done, type Outcome, refused } from './outcome.ts';
import { type DistinguishedName, readName } from './x500-name.ts';

/** Names of a certificate beside its subject (RFC 5280 4.2.1.6). */
export interface AlternativeNames {
  readonly dns: readonly string[];
  readonly uris: readonly string[];
  readonly addresses: readonly string[];
  /** What no SIP peer is known by: it counts where names are constrained. */
  readonly mails: readonly string[];
  readonly directories: readonly DistinguishedName[];
  /** How many there are of still other forms. */
  readonly others: number;
}

/** Whoever speaks for more is no SIP peer. */
const mostNames = 500;

export function readAlternativeNames(names: SubjectAlternativeName | undefined): Outcome<AlternativeNames | undefined> {
  if (names === undefined) return done(undefined);
  if (names.length > mostNames) return refused(`more than ${mostNames} alternative names`);
  const texts = [...names].flatMap((name) => [
    name.dNSName,
    name.uniformResourceIdentifier,
    name.iPAddress,
    name.rfc822Name,
  ]);
  if (texts.some((text) => text !== undefined && /[^\x21-\x7e]/.test(text))) {
    return refused('control or foreign character in an alternative name');
  }
  const pick = (choose: (name: SubjectAlternativeName[number]) => string | undefined): string[] =>
    [...names].flatMap((name) => choose(name) ?? []);
  const directories: DistinguishedName[] = [];
  for (const { directoryName } of names) {
    const read = directoryName && readName(directoryName);
    if (read?.ok === false) return read;
    if (read !== undefined) directories.push(read.value);
  }
  const known = texts.filter((text) => text !== undefined).length + directories.length;
  return done({
    dns: pick((name) => name.dNSName),
    uris: pick((name) => name.uniformResourceIdentifier),
    addresses: pick((name) => name.iPAddress),
    mails: pick((name) => name.rfc822Name),
    directories,
    others: names.length - known,
  });
}
