import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Authority, type Identity } from './certificates.ts';
import type { Child } from './child.ts';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { bound, freePort, loopback } from './port.ts';
import { Scene } from './scene.ts';

const anywhere = 'DNS:peer.example.test,IP:127.0.0.1';

suite(
  'peers that openssl revoked: by CRL over HTTP, by its OCSP responder, by stapling',
  needs('openssl', 'faketime'),
  () => {
    const scene = new Scene();
    let gateway: Gateway;
    let authority: Authority;
    let responder: Identity;
    let web: Server;
    let crl: Buffer = Buffer.alloc(0);
    let secure = 0;
    let crlPort = 0;
    let ocspPort = 0;
    let running: Child | undefined;
    const ports = { first: 0, second: 0 };
    const identities = new Map<string, Identity>();
    let count = 0;

    before(async () => {
      authority = await Authority.create(scene, 'lab-ca');
      const purpose = 'extendedKeyUsage = OCSPSigning\nnoCheck = ignored';
      responder = await authority.issue('responder', 'DNS:ocsp.example.test', 'good', purpose);
      const own = await authority.issue('gateway', 'DNS:gw.example.test,IP:127.0.0.1');
      ocspPort = await freePort();
      crlPort = await freePort();
      const places = `crlDistributionPoints = URI:http://${loopback}:${crlPort}/lab.crl\nauthorityInfoAccess = OCSP;URI:http://${loopback}:${ocspPort}/`;
      crl = await authority.crl();
      web = createServer((_, response) => response.end(crl));
      await listen();
      for (const name of ['by-crl', 'by-ocsp', 'in-time', 'unknown', 'own', 'asks']) {
        identities.set(name, await authority.issue(name, anywhere, 'good', places));
      }
      await respond();
      secure = await freePort();
      for (const name of ['first', 'second'] as const) ports[name] = await freePort();
      const routes = [
        { tag: 1, pattern: '9001', port: ports.first, transport: 'tcp tls' },
        { tag: 2, pattern: '9002', port: ports.second, transport: 'tcp tls' },
      ] as const;
      const extra = 'voice-port 0/3/0\n device answer\n!\n';
      const config = gatewayConfig({ port: await freePort(), securePort: secure, routes, trustpoint: 'peer', extra });
      gateway = await Gateway.typed(scene, config);
      await gateway.importIdentity('peer', authority.certificate, own, 'pkcs8');
      await bound('tcp', secure);
      await configure('fetch private-address');
    });
    after(async () => {
      await hush();
      await scene.close();
    });

    async function listen(): Promise<void> {
      await new Promise<void>((resolve) => web.listen(crlPort, loopback, resolve));
    }

    /** Begins the responder, anew when it runs: it may answer once from the index it read before. */
    async function respond(shift?: string): Promise<void> {
      await running?.end();
      running = await authority.respond(responder, ocspPort, shift);
    }

    async function hush(): Promise<void> {
      web.closeAllConnections();
      await new Promise<void>((resolve) => void web.close(() => resolve()));
    }

    /** Lines for the trustpoint. */
    async function configure(...lines: readonly string[]): Promise<void> {
      for (const line of ['configure terminal', 'crypto pki trustpoint peer', ...lines, 'end'])
        await gateway.type(line);
      await gateway.type('clear crypto pki crls');
    }

    function identityOf(name: string): Identity {
      const identity = identities.get(name);
      assert.ok(identity);
      return identity;
    }

    /** s_client sends OPTIONS: its answer, or the end of the connection. */
    async function knock(identity: Identity): Promise<{ readonly client: Child; readonly answered: boolean }> {
      const shown = ['-cert', identity.certificate, '-key', identity.key, '-CAfile', authority.certificate];
      const client = scene.start('openssl', ['s_client', '-connect', `${loopback}:${secure}`, '-quiet', ...shown]);
      client.write(options());
      const end = performance.now() + 20_000;
      while (client.running && !/SIP\/2\.0 200/.test(client.output) && performance.now() < end) await sleep(20);
      assert.ok(performance.now() < end, `neither answered nor closed: ${client.output}\n${gateway.output}`);
      return { client, answered: /SIP\/2\.0 200/.test(client.output) };
    }

    function options(): string {
      const lines = [
        `OPTIONS sip:gw@${loopback}:${secure};transport=tls SIP/2.0`,
        `Via: SIP/2.0/TLS ${loopback}:5061;branch=z9hG4bK-${count++}`,
        'Max-Forwards: 70',
        'From: <sip:knock@example.test>;tag=knock',
        `To: <sip:gw@${loopback}>`,
        `Call-ID: knock-${count}@example.test`,
        'CSeq: 1 OPTIONS',
        'Content-Length: 0',
      ];
      return `${lines.join('\r\n')}\r\n\r\n`;
    }

    async function dropped(client: Child, reason: RegExp, from: number): Promise<void> {
      await client.exit();
      await gateway.child.waitFor(/TLS_PEER_DROPPED/, from);
      assert.match(gateway.output.slice(from), reason);
    }

    test('by CRL: dropped when live, as soon as the new list is there, and refused when it comes again', async () => {
      await configure('revocation-check crl');
      const identity = identityOf('by-crl');
      const live = await knock(identity);
      assert.ok(live.answered, gateway.output);
      await authority.revoke(identity);
      crl = await authority.crl();
      const from = gateway.output.length;
      for (const line of ['configure terminal', 'crypto pki crl request peer', 'end']) await gateway.type(line);
      await dropped(live.client, /cn=by-crl.* was revoked on .*by the CRL of http:/, from);
      assert.equal((await knock(identity)).answered, false);
      const shown = await gateway.type('show crypto pki crls');
      assert.match(shown, /CRL Issuer Name:\s+cn=lab-ca,o=Peer tests/);
      assert.match(shown, new RegExp(`CRL DER is ${crl.length} bytes`));
    });

    test('by OCSP: dropped when live, when it is asked anew, and refused when it comes again', async () => {
      await configure('revocation-check ocsp');
      const identity = identityOf('by-ocsp');
      const live = await knock(identity);
      assert.ok(live.answered, gateway.output);
      await authority.revoke(identity);
      await respond();
      const from = gateway.output.length;
      await gateway.type('clear crypto pki crls');
      await dropped(live.client, /cn=by-ocsp.* was revoked on .*by the OCSP responder responder/, from);
      assert.equal((await knock(identity)).answered, false);
    });

    test('an OCSP answer is fetched anew before its end while a connection rests on it, and what it says then counts', async () => {
      // Good for five minutes and as long again for clocks that differ: this one has twelve seconds left when it is given.
      const nearItsEnd = '-588s';
      await respond(nearItsEnd);
      await configure('revocation-check ocsp');
      const identity = identityOf('in-time');
      const live = await knock(identity);
      assert.ok(live.answered, gateway.output);
      await authority.revoke(identity);
      await respond(nearItsEnd);
      const from = gateway.output.length;
      // Nobody types anything.
      await dropped(live.client, /cn=in-time.* was revoked on .*by the OCSP responder responder/, from);
      await respond();
    });

    test('by stapling: s_server’s own answer is believed without asking anybody, good as revoked', async () => {
      // No responder is named: all there is to know is stapled.
      const bare = await authority.issue('stapler', anywhere);
      await configure('revocation-check ocsp');
      const none = await tryPeer(bare);
      assert.match(none, /OCSP stapling {2}: no/);
      assert.match(none, /Refused {8}: rule revocation/);
      const good = await tryPeer(bare, await authority.answer(responder, bare, 'good'));
      assert.match(good, /OCSP stapling {2}: yes/);
      assert.match(good, /Revocation {3}: good by the OCSP responder responder/);
      assert.match(good, /Accepted {7}: proved 127\.0\.0\.1, trustpoint peer/);
      await authority.revoke(bare);
      // The answers of openssl are precise to the second, and an older one does not take a newer one's place.
      await gateway.type('clear crypto pki crls');
      const revoked = await tryPeer(bare, await authority.answer(responder, bare, 'revoked'));
      assert.match(revoked, /Revocation {3}: REVOKED by the OCSP responder/);
      assert.match(revoked, /Refused {8}: rule revoked/);
    });

    /** An s_server of that identity which staples an answer; it shows what it was told. */
    async function stapling(port: number, identity: Identity, status: string): Promise<Child> {
      const shown = ['-cert', identity.certificate, '-key', identity.key, '-CAfile', authority.certificate];
      const mutual = ['-Verify', '2', '-verify_return_error', '-quiet', '-naccept', '1'];
      const listen = ['s_server', '-accept', `${loopback}:${port}`, ...mutual];
      const server = scene.start('openssl', [...listen, ...shown, '-status_file', status]);
      await bound('tcp', port);
      return server;
    }

    /** Calls a number behind such a server, which is busy when it is reached at all. Resolves to whether it was. */
    async function calls(number: string, server: Child): Promise<boolean> {
      const begun = server.output.length;
      const placed = gateway.type(`csim start ${number} voice-port 0/3/0`, /setup failed = \d+/);
      const invited = server.waitFor(/INVITE [\s\S]*\r\n\r\n/, begun).then(
        () => true,
        () => false,
      );
      const reached = await Promise.race([invited, placed.then(() => false)]);
      if (reached) server.write(busy(server.output.slice(begun)));
      await placed;
      return reached;
    }

    test('a server that staples its revocation is not called, and its connections that were live are closed', async () => {
      const bare = await authority.issue('called', anywhere);
      await configure('revocation-check ocsp');
      const good = await stapling(ports.first, bare, await authority.answer(responder, bare, 'called-good'));
      assert.equal(await calls('9001', good), true, gateway.output);
      assert.match(await gateway.connections('tcp tls'), new RegExp(`${ports.first} +\\d+ Established`));
      await authority.revoke(bare);
      // An answer is precise to the second.
      await sleep(1100);
      const from = gateway.output.length;
      const revoked = await stapling(ports.second, bare, await authority.answer(responder, bare, 'called-revoked'));
      assert.equal(await calls('9002', revoked), false);
      const shown = await gateway.type('show sip-ua connections tcp tls failures');
      // Which of the two connections is told of last is nobody's promise.
      assert.match(shown, /Role:client\s+Stage +: policy\s+Rule +: revoked\s+Reason : .*cn=called.* was revoked/);
      await dropped(good, /cn=called.* was revoked on .*by the OCSP responder responder/, from);
    });

    test('a live connection that rests on a stapled answer is closed when the responder knows better', async () => {
      const known = await authority.issue('later', anywhere);
      await configure('revocation-check ocsp', `ocsp url http://${loopback}:${ocspPort}/`);
      const good = await stapling(ports.first, known, await authority.answer(responder, known, 'later-good'));
      assert.equal(await calls('9001', good), true, gateway.output);
      await authority.revoke(known);
      await respond();
      const from = gateway.output.length;
      await gateway.type('clear crypto pki crls');
      await dropped(good, /cn=later.* was revoked on .*by the OCSP responder responder/, from);
      await configure('no ocsp url');
    });

    test('with the responder and the web server down, crl none and ocsp none pass, crl and ocsp refuse', async () => {
      const identity = identityOf('unknown');
      await hush();
      await running?.end();
      await configure('revocation-check ocsp none');
      assert.equal((await knock(identity)).answered, true);
      await configure('revocation-check ocsp');
      assert.equal((await knock(identity)).answered, false);
      await configure('revocation-check crl none');
      assert.equal((await knock(identity)).answered, true);
      await configure('revocation-check crl');
      assert.equal((await knock(identity)).answered, false);
      assert.match(gateway.output, /rule: revocation/);
      await listen();
      await respond();
      crl = await authority.crl();
      await gateway.type('clear crypto pki crls');
      assert.equal((await knock(identity)).answered, true);
    });

    test('our own certificate’s OCSP answer is stapled to our handshakes, as s_client sees', async () => {
      await configure('revocation-check ocsp');
      const own = identityOf('own');
      for (const line of [
        'configure terminal',
        'crypto pki trustpoint stapled',
        'revocation-check ocsp',
        'fetch private-address',
        'end',
      ]) {
        await gateway.type(line);
      }
      await gateway.importIdentity('stapled', authority.certificate, own, 'pkcs8');
      for (const line of ['configure terminal', 'sip-ua', 'crypto signaling default trustpoint stapled', 'end']) {
        await gateway.type(line);
      }
      const identity = identityOf('asks');
      let output = '';
      // The first handshake fetches it, a later one has it.
      for (let attempt = 0; attempt < 50 && !/OCSP Response Status: successful/.test(output); attempt++) {
        const shown = ['-cert', identity.certificate, '-key', identity.key, '-CAfile', authority.certificate];
        const target = ['s_client', '-connect', `${loopback}:${secure}`, '-status', ...shown];
        const client = scene.start('openssl', target);
        await client.waitFor(/OCSP [Rr]esponse[\s\S]*Verify return code|Verify return code[\s\S]*\n/);
        output = client.output;
        await client.end();
        await sleep(50);
      }
      assert.match(output, /OCSP Response Status: successful/);
      assert.match(output, /Cert Status: good/);
    });

    /** `test crypto pki peer` against an s_server with that identity. */
    async function tryPeer(identity: Identity, status?: string): Promise<string> {
      const port = await freePort();
      const stapling = status === undefined ? [] : ['-status_file', status];
      const shown = ['-cert', identity.certificate, '-key', identity.key, '-CAfile', authority.certificate];
      const server = scene.start('openssl', ['s_server', '-accept', `${loopback}:${port}`, ...shown, ...stapling]);
      await bound('tcp', port);
      const told = await gateway.type(`test crypto pki peer ${loopback}:${port}`);
      await server.end();
      return told;
    }
  },
);

/** The answer to an INVITE. */
function busy(invite: string): string {
  const kept = invite.split('\r\n').filter((line) => /^(?:Via|From|To|Call-ID|CSeq):/i.test(line));
  return [
    'SIP/2.0 486 Busy Here',
    ...kept.map((line) => line.replace(/^(To: .*)$/, '$1;tag=busy')),
    'Content-Length: 0\r\n\r\n',
  ].join('\r\n');
}
