import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Authority, type Identity } from './certificates.ts';
import { startTimeServer } from './chrony.ts';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { bound, freePort, loopback } from './port.ts';
import { Scene } from './scene.ts';

const dayMs = 86_400_000;

/** The time that `show clock` tells, milliseconds since the epoch. */
function shownTime(shown: string): number {
  const [, time, date] = /[.*]?(\d\d:\d\d:\d\d)\.\d{3} UTC \w{3} (\w{3} \d{1,2} \d{4})/.exec(shown) ?? [];
  return Date.parse(`${date} ${time} UTC`);
}

async function distanceFromNow(gateway: Gateway): Promise<number> {
  return Math.abs(shownTime(await gateway.type('show clock')) - Date.now());
}

suite('time servers made with chrony', needs('chronyd'), () => {
  const scene = new Scene();
  after(() => scene.close());

  test('the gateway follows one, and shows it as IOS does', async () => {
    const { port } = await startTimeServer(scene);
    const gateway = await Gateway.typed(scene, `hostname gw\nntp server ${loopback} port ${port}\n`);
    await gateway.child.waitFor(/%NTP-5-PEERSYNC: NTP synced to peer 127\.0\.0\.1/);
    assert.match(await gateway.type('show clock detail'), /\n\d\d:.* UTC .*\r?\nTime source is NTP/);
    const status = await gateway.type('show ntp status');
    assert.match(status, /^Clock is synchronized, stratum 6, reference is 127\.0\.0\.1 +\r?$/m);
    assert.match(await gateway.type('show ntp associations'), /^\*~127\.0\.0\.1 +127\.127\.1\.1 +5 +\d+ +64 +1 /m);
    assert.doesNotMatch(gateway.output, /HOST_CLOCK|CLOCKUPDATE/);
    assert.equal(await gateway.leave(), 0);
  });
});

suite('a host whose clock is wrong by days (faketime)', needs('chronyd', 'faketime', 'openssl'), () => {
  const scene = new Scene();
  const hosts: Scene[] = [];
  let authority: Authority;
  let own: Identity;
  let client: Identity;

  before(async () => {
    authority = await Authority.create(scene, 'lab-ca');
    own = await authority.issue('gateway', 'DNS:gw.example.test,IP:127.0.0.1');
    client = await authority.issue('client', 'DNS:client.example.test,IP:127.0.0.1');
  });
  after(async () => {
    for (const host of [...hosts, scene]) await host.close();
  });

  /** A gateway with an identity on a host with that clock, and the port it hears TLS at. */
  async function start(shift: string, extra: string): Promise<{ readonly gateway: Gateway; readonly secure: number }> {
    const secure = await freePort();
    const config = { port: await freePort(), securePort: secure, routes: [], trustpoint: 'peer', extra };
    const host = new Scene();
    hosts.push(host);
    const gateway = await Gateway.typed(host, gatewayConfig(config), 'nvram', shift);
    await gateway.importIdentity('peer', authority.certificate, own, 'pkcs8');
    await bound('tcp', secure);
    return { gateway, secure };
  }

  /** Knocks with a certificate that is valid today. What came back, until an answer or the end. */
  async function knock(secure: number): Promise<string> {
    const files = ['-CAfile', authority.certificate, '-cert', client.certificate, '-key', client.key];
    const words = ['s_client', '-connect', `${loopback}:${secure}`, '-quiet', '-verify_return_error', ...files];
    const openssl = scene.start('openssl', words);
    openssl.write(
      [
        `OPTIONS sip:gw@${loopback}:${secure};transport=tls SIP/2.0`,
        `Via: SIP/2.0/TLS ${loopback}:5061;branch=z9hG4bK-knock`,
        'Max-Forwards: 70',
        'From: <sip:knock@example.test>;tag=knock',
        `To: <sip:gw@${loopback}>`,
        `Call-ID: knock-${secure}@example.test`,
        'CSeq: 1 OPTIONS',
        'Content-Length: 0\r\n\r\n',
      ].join('\r\n'),
    );
    const end = performance.now() + 20_000;
    while (openssl.running && !/SIP\/2\.0 \d/.test(openssl.output) && performance.now() < end) await sleep(20);
    assert.ok(performance.now() < end, `neither answered nor closed: ${openssl.output}`);
    await openssl.end();
    return openssl.output;
  }

  test('without a time server a certificate of today is refused by it: that clock is all there is', async () => {
    const { gateway, secure } = await start('-400d', '');
    assert.doesNotMatch(await knock(secure), /SIP\/2\.0 \d/);
    await gateway.child.waitFor(/is not valid yet \(CERT_NOT_YET_VALID\).*rule: chain/);
    await gateway.leave();
  });

  for (const [shift, direction] of [
    ['-400d', 'behind'],
    ['+400d', 'ahead'],
  ] as const) {
    test(`with one a host clock of ${shift} is told, and that certificate is accepted`, async () => {
      const { port } = await startTimeServer(scene);
      const { gateway, secure } = await start(shift, `ntp server ${loopback} port ${port}\n`);
      const told = await gateway.child.waitFor(/%NTP-4-HOST_CLOCK: The host's clock is (\d+) seconds (\w+) of/);
      assert.equal(Math.round((Number(told[1]) * 1000) / dayMs), 400);
      assert.equal(told[2], direction);
      assert.ok((await distanceFromNow(gateway)) < dayMs / 24);
      assert.match(await knock(secure), /^SIP\/2\.0 200 /m, gateway.output);
      await gateway.leave();
    });
  }

  test('a time server that lies by a year is outvoted by two that do not, though it is preferred', async () => {
    const [first, second] = [await startTimeServer(scene), await startTimeServer(scene)];
    const liar = await startTimeServer(scene, 1, '+365d');
    const servers = [`${liar.port} prefer`, first.port, second.port].map(
      (port) => `ntp server ${loopback} port ${port}\n`,
    );
    const { gateway } = await start('-400d', servers.join(''));
    await gateway.child.waitFor(/%NTP-5-PEERSYNC/);
    assert.ok((await distanceFromNow(gateway)) < dayMs / 24);
    const shown = await gateway.type('show ntp associations');
    assert.match(shown, /^x~127\.0\.0\.1 +\S+ +1 /m);
    assert.equal(shown.match(/^[*+]~127\.0\.0\.1 +\S+ +5 /gm)?.length, 2, shown);
    await gateway.leave();
  });
});
