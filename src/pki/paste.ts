import { type Certificate, readCertificate } from './certificate.ts';
import { done, type Outcome, refused } from './outcome.ts';
import { subjectOf } from './path-rules.ts';
import { orderAuthorities } from './scep/client.ts';
import { readCertificatesOnly } from './scep/signed.ts';

const longestPaste = 256 * 1024;
const mostBlocks = 16;

/** DER blocks in pasted text: PEM blocks of that label, or bare base64. Total. */
export function readPasted(text: string, ...labels: readonly string[]): Outcome<readonly Buffer[]> {
  if (text.length > longestPaste) return refused('the text is too long');
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  if (!lines.some((line) => line.startsWith('-----BEGIN '))) return bare(lines);
  const blocks: Buffer[] = [];
  for (let at = 0; at < lines.length && blocks.length < mostBlocks; at++) {
    const label = /^-----BEGIN ([A-Z0-9 ]{1,40})-----$/.exec(lines[at]!)?.[1];
    if (label === undefined || !labels.includes(label)) continue;
    const end = lines.indexOf(`-----END ${label}-----`, at);
    if (end < 0) return refused(`the ${label} block has no end`);
    const block = base64(lines.slice(at + 1, end));
    if (block === undefined) return refused(`the ${label} block is not base64`);
    blocks.push(block);
    at = end;
  }
  return blocks.length > 0 ? done(blocks) : refused('nothing of the kind asked for was pasted');
}

function bare(lines: readonly string[]): Outcome<readonly Buffer[]> {
  const block = base64(lines.filter((line) => line.toLowerCase() !== 'quit'));
  return block === undefined || block.length === 0 ? refused('the text is not base64') : done([block]);
}

function base64(lines: readonly string[]): Buffer | undefined {
  const text = lines.join('').replaceAll(' ', '');
  return /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}

/** One certificate, several PEM blocks, or a PKCS#7 bundle. */
export function readPastedCertificates(text: string): Outcome<readonly Certificate[]> {
  const blocks = readPasted(
    text,
    'CERTIFICATE',
    'X509 CERTIFICATE',
    'TRUSTED CERTIFICATE',
    'PKCS7',
    'CERTIFICATE CHAIN',
  );
  if (!blocks.ok) return blocks;
  const certificates: Certificate[] = [];
  for (const block of blocks.value) {
    const one = readCertificate(block);
    const several = one.ok ? done([one.value]) : readCertificatesOnly(block);
    if (!several.ok) return one.ok ? several : one;
    certificates.push(...several.value);
  }
  return certificates.length > 0 ? done(certificates) : refused('no certificate was pasted');
}

/** What a file or an answer holds: DER, a PKCS#7 of certificates, PEM or bare base64. Total. */
export function readCertificateFile(content: Buffer): Outcome<readonly Certificate[]> {
  const single = readCertificate(content);
  if (single.ok) return done([single.value]);
  const several = readCertificatesOnly(content);
  if (several.ok && several.value.length > 0) return several;
  return readPastedCertificates(content.toString('latin1'));
}

/** A CA to be trusted, and what it vouches for: the CA first. Total; judged before anybody is asked to compare a fingerprint. */
export function readPastedCa(text: string, now: number): Outcome<readonly Certificate[]> {
  const pasted = readPastedCertificates(text);
  if (!pasted.ok) return pasted;
  const [first] = pasted.value;
  if (first !== undefined && !pasted.value.some(({ isCa }) => isCa)) {
    return refused(`the certificate of ${subjectOf(first)} is not one of a CA`);
  }
  const ordered = orderAuthorities(pasted.value, 'what was pasted');
  if (!ordered.ok) return ordered;
  const over = ordered.value.find(({ notAfter }) => notAfter <= now);
  if (over === undefined) return ordered;
  return refused(
    `the certificate of ${subjectOf(over)} expired on ${new Date(over.notAfter).toISOString().slice(0, 10)}`,
  );
}
