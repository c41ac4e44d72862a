import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stream } from '../../src/io/index.ts';
import { telephones, voip } from './configurations.ts';
import { credentialsOf, importIdentity, storyAuthority, storyCertificate } from './identity.ts';
import { type Router, type Scene, story } from './scene.ts';

/** A proxy at 10.0.0.5 may speak for others; of those behind it only 10.0.0.3 may call. */
const configuration =
  telephones.replace('ipv4 10.0.0.0 255.0.0.0', 'ipv4 10.0.0.3') +
  voip(10, '9...', '10.0.0.3') +
  'sip-ua\n proxy-protocol ipv4 10.0.0.5\n proxy-protocol ipv6 2001:db8:5::/48\n';

const options =
  'OPTIONS sip:10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 10.9.9.9:5060;branch=z9hG4bK1\r\nFrom: <sip:x@h>;tag=1\r\nTo: <sip:10.0.0.1>\r\nCall-ID: 1@h\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n';

function line(source: string): string {
  return `PROXY TCP4 ${source} 10.0.0.1 4000 5060\r\n`;
}

/** The second version's header for the same. */
function block(source: string): string {
  const head = '\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c';
  const addresses = Buffer.from([...source.split('.').map(Number), 10, 0, 0, 1, 4000 >> 8, 4000 & 255, 5060 >> 8, 196]);
  return head + addresses.toString('latin1');
}

interface Peer {
  readonly stream: Stream;
  heard: string;
  isClosed: boolean;
}

async function peer(scene: Scene, address: string, ...pieces: readonly string[]): Promise<Peer> {
  const { network } = scene.world.host([address]);
  const stream = await scene.during(network.connectTcp({ host: '10.0.0.1', port: 5060 }, { timeoutMs: 1000 }));
  const made: Peer = { stream, heard: '', isClosed: false };
  stream.start({
    received: (data) => {
      made.heard += data.toString('latin1');
    },
    closed: () => {
      made.isClosed = true;
    },
  });
  for (const piece of pieces) {
    stream.write(piece);
    await scene.pass(20);
  }
  await scene.pass(100);
  return made;
}

function tcp(router: Router) {
  return router.gateway.world.sip.connectionDetails('tcp').map(({ remote, via }) => [remote, via?.host]);
}

test(
  'a listed proxy says whom it speaks for, by either version and however cut: that one is judged, answered and shown',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', configuration);
    for (const headerOf of [line, block]) {
      const header = headerOf('10.0.0.3');
      const cut = [header.slice(0, 9), header.slice(9) + options.slice(0, 9), options.slice(9)];
      for (const pieces of [[header + options], cut]) {
        const trusted = await peer(scene, '10.0.0.5', ...pieces);
        assert.match(trusted.heard, /^SIP\/2\.0 200 OK\r\nVia: [^\r]*;received=10\.0\.0\.3/);
        assert.deepEqual(tcp(router), [[{ host: '10.0.0.3', port: 4000 }, '10.0.0.5']]);
        assert.match(
          (await router.show('show sip-ua connections tcp verbose')).join('\n'),
          /Proxy {6}: 10\.0\.0\.5:\d+/,
        );
        trusted.stream.end();
        await scene.pass(100);
      }
      const stranger = await peer(scene, '10.0.0.5', headerOf('10.0.0.9') + options);
      assert.match(stranger.heard, /^SIP\/2\.0 403 /);
      stranger.stream.end();
      await scene.pass(100);
    }
    assert.equal(router.gateway.world.sip.closedConnections()[0]?.via?.host, '10.0.0.5');
    assert.match(
      router.gateway.configuration(),
      /\nsip-ua\n proxy-protocol ipv4 10\.0\.0\.5\n proxy-protocol ipv6 2001:db8:5::\/48\n/,
    );
  }),
);

test(
  'the address of the proxy itself opens no door: whoever it speaks for is judged',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', `${configuration}${voip(11, '8...', '10.0.0.5')}`);
    const stranger = await peer(scene, '10.0.0.5', line('10.0.0.9') + options);
    assert.match(stranger.heard, /^SIP\/2\.0 403 /);
    const itself = await peer(scene, '10.0.0.5', `PROXY UNKNOWN\r\n${options}`);
    assert.match(itself.heard, /^SIP\/2\.0 200 /);
    assert.equal(router.logged('UNTRUSTED').length, 1);
    for (const one of [stranger, itself]) one.stream.end();
    await scene.pass(100);
  }),
);

test(
  'a PROXY header of anybody else, and a listed proxy without one, are refused and the log says why',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', configuration);
    for (const header of [line('10.0.0.3'), block('10.0.0.3')]) {
      const forger = await peer(scene, '10.0.0.3', header + options);
      assert.deepEqual([forger.heard.includes('SIP/2.0'), forger.isClosed], [false, true]);
    }
    assert.match(router.logged('STREAM_CLOSED')[0] ?? '', /a PROXY header from an address that is not listed/);
    const silent = await peer(scene, '10.0.0.5', 'PROXY ');
    await scene.pass(6000);
    const bare = await peer(scene, '10.0.0.5', options);
    assert.deepEqual([silent.isClosed, bare.isClosed, silent.heard, bare.heard], [true, true, '', '']);
    const refused = router.logged('CONNECTION_REFUSED');
    assert.match(refused[0] ?? '', /was refused: it closed, or said nothing, before its PROXY header was whole/);
    assert.match(refused[1] ?? '', /was refused: PROXY header: no PROXY header, though the address is listed/);
    assert.deepEqual(tcp(router), []);
    // One that has said nothing when the gateway stops is let go with all others.
    await peer(scene, '10.0.0.5', 'PROXY ');
  }),
);

test(
  'behind a proxy TLS begins after its header, and certificates are judged as ever',
  story(async (scene) => {
    const ca = storyAuthority('story root');
    const router = await scene.router('10.0.0.1', configuration);
    const own = storyCertificate(ca, 'west.test', { dnsNames: ['west.test'] });
    await importIdentity(router, 'lab', own, ca);
    await router.configure('crypto pki trustpoint lab', 'revocation-check none');
    await router.configure('sip-ua', 'crypto signaling default trustpoint lab');
    await router.configure('voice service voip', 'ip address trusted list', 'dns phone.test');
    const host = scene.world.host(['10.0.0.5']);
    const stream = await scene.during(host.network.connectTcp({ host: '10.0.0.1', port: 5061 }, { timeoutMs: 1000 }));
    stream.write(line('10.0.0.9'));
    await scene.pass(20);
    const theirs = credentialsOf(storyCertificate(ca, 'phone.test', { dnsNames: ['phone.test'] }), ca);
    const session = await scene.during(host.tls.connect(stream, theirs, { timeoutMs: 5000 }));
    let heard = '';
    session.stream.start({
      received: (data) => {
        heard += data.toString('latin1');
      },
      closed: () => undefined,
    });
    session.stream.write(options);
    await scene.pass(100);
    assert.match(heard, /^SIP\/2\.0 200 /);
    const [shown] = router.gateway.world.sip.connectionDetails('tls');
    assert.deepEqual(
      [shown?.remote.host, shown?.via?.host, shown?.tls?.provedName],
      ['10.0.0.9', '10.0.0.5', 'phone.test'],
    );
    session.stream.end();
    await scene.pass(100);
  }),
);
