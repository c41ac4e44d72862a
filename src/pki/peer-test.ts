import type { Clock, Network, Resolver, Stream, Tls, TlsCredentials, TlsPeer } from '../io/index.ts';
import { type AnchoredPath, anchoredPath, checkOf } from './anchor.ts';
import type { Anchors } from './anchors.ts';
import { type Certificate, certificatePem } from './certificate.ts';
import { chooseRule } from './credentials.ts';
import type { ExpectedPeer, SignalingRule } from './handshake-face.ts';
import { namedAddresses, sipDomains } from './identity-rules.ts';
import { ipv4Number } from './ip.ts';
import { done, type Outcome, reasonOf, refused } from './outcome.ts';
import { pathAsShown } from './path.ts';
import { subjectOf } from './path-rules.ts';
import { readChain } from './policy.ts';
import type { Revocation } from './revocation/revocation.ts';
import { standingOf } from './revocation/standing.ts';
import type { TlsTrust } from './tls-trust.ts';
import type { CertificateReport, PeerTestOrder, PeerTestReport } from './trust-face.ts';

const connectMs = 5000;
const handshakeMs = 8000;
/** Over TLS 1.3 a server refuses our certificate only after the handshake: so long its alert is waited for. */
const afterMs = 500;

export interface PeerTestParts {
  readonly network: Network;
  readonly tls: Tls;
  readonly resolver: Pick<Resolver, 'addresses'>;
  readonly clock: Clock;
  readonly anchors: Anchors;
  readonly revocation: Revocation;
  readonly trust: TlsTrust;
}

/** A handshake without SIP: connects as we would for a call, judges as we would, and tells all of it. */
export async function testPeer(parts: PeerTestParts, order: PeerTestOrder): Promise<Outcome<PeerTestReport>> {
  try {
    const addresses = isAddress(order.host) ? [order.host] : await parts.resolver.addresses(order.host);
    const [address] = addresses;
    return address === undefined ? refused(`${order.host} has no address`) : await probe(parts, order, address);
  } catch (error) {
    return refused(reasonOf(error));
  }
}

function isAddress(host: string): boolean {
  return ipv4Number(host) !== undefined || host.includes(':');
}

async function probe(parts: PeerTestParts, order: PeerTestOrder, address: string): Promise<Outcome<PeerTestReport>> {
  const { network, tls } = parts;
  const { host, port } = order;
  const dnsName = isAddress(host) ? undefined : host;
  const chosen = chooseShown(parts, order, address);
  const stream = await network.connectTcp({ host: address, port }, { timeoutMs: connectMs });
  const name = dnsName === undefined ? {} : { serverName: dnsName };
  const session = await tls.connect(stream, chosen.tls, { timeoutMs: handshakeMs, ...name }).catch(reasonOf);
  if (typeof session === 'string') {
    return refused(
      chosen.notShown === undefined ? session : `${session}; we showed no certificate, ${chosen.notShown}`,
    );
  }
  const ended = await watch(session.stream, parts.clock);
  const { rule } = chosen;
  const expected: ExpectedPeer = {
    role: 'server',
    ...(dnsName === undefined ? { address } : { dnsName }),
    ...(rule?.clientVtp === undefined ? {} : { clientVtp: rule.clientVtp }),
    ...(rule?.cnSan === undefined ? {} : { cnSan: rule.cnSan }),
  };
  const verdict = await parts.trust.judge(session.peer, expected);
  const { version, cipher, stapled } = session.peer;
  const chain = inspect(parts, session.peer);
  const { shown, notShown } = chosen;
  return done({
    address,
    port,
    shown,
    notShown,
    version,
    cipher,
    stapled: stapled !== undefined,
    chain,
    verdict,
    ended,
  });
}

interface Shown {
  readonly tls: TlsCredentials;
  readonly rule: SignalingRule | undefined;
  readonly shown: string | undefined;
  readonly notShown: string | undefined;
}

/** Without a certificate of ours the peer can be looked at all the same, as far as it lets us. */
function chooseShown({ trust, anchors }: PeerTestParts, order: PeerTestOrder, address: string): Shown {
  const { trustpoint, signaling } = order;
  const rules = trustpoint === undefined ? signaling : [{ trustpoint, strictCipher: false }];
  const fault = chooseRule(address, rules)?.fault;
  const chosen = fault === undefined ? trust.credentialsFor(address, rules) : refused(fault);
  if (chosen.ok) {
    const { tls, rule } = chosen.value;
    return { tls: { ...tls, ...rule.cipherPolicy }, rule, shown: chosen.value.trustpoint, notShown: undefined };
  }
  const trustAnchorsPem = anchors.all().map(({ certificate }) => certificatePem(certificate));
  const tls = { trustAnchorsPem, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' } as const;
  return { tls, rule: undefined, shown: undefined, notShown: chosen.reason };
}

/** Waits a little for the peer to refuse us, then closes. */
function watch(stream: Stream, clock: Clock): Promise<string | undefined> {
  return new Promise((resolve) => {
    const timer = clock.after(afterMs, () => {
      resolve(undefined);
      stream.end();
    });
    stream.start({
      received: () => undefined,
      closed: (error) => {
        timer.cancel();
        resolve(error === undefined ? 'it closed the connection' : error.message);
      },
    });
  });
}

function inspect({ anchors, revocation }: PeerTestParts, peer: TlsPeer): readonly CertificateReport[] {
  const read = readChain(peer.chainDer);
  if (!('chain' in read)) return [];
  const [anchored] = anchors.all().flatMap((anchor) => anchoredPath(read.chain, anchor) ?? []);
  const path = anchored?.path ?? pathAsShown(read.chain);
  return path.map((certificate) => reportOf(certificate, standingWords(certificate, anchored, revocation)));
}

function standingWords(
  certificate: Certificate,
  anchored: AnchoredPath | undefined,
  revocation: Revocation,
): string | undefined {
  const step = anchored?.steps.find((one) => one.certificate === certificate);
  if (step === undefined) return undefined;
  const standing = standingOf(checkOf(step), revocation);
  switch (standing.state) {
    case 'good':
      return standing.words;
    case 'revoked':
      return `REVOKED ${standing.words}`;
    case 'unknown':
      return `cannot be found out: ${standing.reasons.join('; ')}`;
    case 'open':
      return 'not asked';
  }
}

function reportOf(certificate: Certificate, revocation: string | undefined): CertificateReport {
  const { serial, notBefore, notAfter, extendedKeyUsage: purposes } = certificate;
  const names = [...new Set([...sipDomains(certificate), ...namedAddresses(certificate)])];
  const issuer = certificate.issuer.flat().at(-1)?.value ?? '';
  return { subject: subjectOf(certificate), issuer, serial, notBefore, notAfter, names, purposes, revocation };
}
