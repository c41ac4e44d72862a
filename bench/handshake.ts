/**
 * What a TLS handshake with certificates of both sides costs, both sides together, in one process over loopback: without
 * tickets, in full with tickets given out, and resumed. `node bench/handshake.ts [handshakes]`.
 */
import type { Stream, TlsCredentials, TlsSession, TlsVersion } from '../src/io/index.ts';
import { nodeNetwork } from '../src/io/node/network.ts';
import { nodeTls } from '../src/io/node/tls.ts';
import { authority, certificate, type TestCertificate } from '../test/certificates.ts';

const ways = ['no tickets', 'full', 'resumed'] as const;
type Way = (typeof ways)[number];

const handshakes = Number(process.argv[2] ?? 300);
const root = authority('Bench Root');
const network = nodeNetwork();
let serving: TlsCredentials;
let tls = nodeTls();
let arrived = Promise.withResolvers<TlsSession>();
const listener = await network.listenTcp(
  { host: '127.0.0.1', port: 0 },
  { accepted: (stream: Stream) => arrived.resolve(tls.accept(stream, serving, 5000)), failed: console.error },
);

function credentials(own: TestCertificate, version: TlsVersion, way: Way): TlsCredentials {
  return {
    certificateChainPem: own.chainPem,
    privateKeyPem: own.keyPem,
    trustAnchorsPem: [root.pem],
    minVersion: version,
    maxVersion: version,
    ...(way === 'no tickets' ? {} : { resumption: 'bench' }),
  };
}

/** A connection with one word, which brings the tickets along. */
async function connect(client: TlsCredentials, serverName: string): Promise<boolean> {
  arrived = Promise.withResolvers();
  const stream = await network.connectTcp(listener.local, { timeoutMs: 5000 });
  const near = await tls.connect(stream, client, { timeoutMs: 5000, serverName });
  near.judged(true);
  const far = await arrived.promise;
  far.judged(true);
  const ended = new Promise<void>((resolve) => {
    near.stream.start({ received: () => near.stream.end(), closed: () => resolve() });
  });
  far.stream.start({ received: () => undefined, closed: () => undefined });
  far.stream.write('a word');
  await ended;
  return near.peer.resumed;
}

/** CPU milliseconds of one handshake. A ticket of TLS 1.3 is used once: as many are taken before as are shown then. */
async function measure(key: 'rsa' | 'ec', version: TlsVersion, way: Way): Promise<number> {
  tls = nodeTls();
  serving = credentials(certificate('server', { issuer: root, key }), version, way);
  const client = credentials(certificate('client', { issuer: root, key }), version, way);
  const name = (i: number): string => (way === 'resumed' ? `${i % 500}.example` : 'bench.example');
  const isFull = way === 'full';
  if (way === 'resumed') for (let i = 0; i < handshakes; i++) await connect(client, name(i));
  else for (let i = 0; i < 50; i++) await connect(client, name(i));
  const before = process.cpuUsage();
  for (let i = 0; i < handshakes; i++) {
    // A name that was never asked for has no session.
    const isResumed = await connect(client, isFull ? `${i}.full.example` : name(i));
    if (isResumed !== (way === 'resumed')) throw new TypeError(`the handshake was not as meant: ${way}`);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / handshakes / 1000;
}

for (const key of ['rsa', 'ec'] as const) {
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const [none = 0, full = 0, resumed = 0] = [
      await measure(key, version, 'no tickets'),
      await measure(key, version, 'full'),
      await measure(key, version, 'resumed'),
    ];
    const figures = [none, full, resumed].map((ms) => `${ms.toFixed(2)} ms`.padStart(9)).join('');
    const ratios = `full/none ${(full / none).toFixed(2)}, resumed/full ${(resumed / full).toFixed(2)}`;
    console.log(`${key.padEnd(4)}${version}  ${figures}   ${ratios}`);
  }
}
listener.close();
