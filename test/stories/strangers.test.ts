import assert from 'node:assert/strict';
import { test } from 'node:test';
import { voip } from './configurations.ts';
import { credentialsOf, importIdentity, storyAuthority, storyCertificate } from './identity.ts';
import { Registrar } from './registrar.ts';
import { type Router, type Scene, story } from './scene.ts';

/** A telephone 777, one SIP peer at 10.0.0.3, and nobody else who may call. */
const closed = `voice-port 0/3/1
 device answer
dial-peer voice 1 pots
 destination-pattern 777
 port 0/3/1
${voip(10, '9...', '10.0.0.3')}`;

/** What a phone at this address hears when it calls 777. */
async function heard(scene: Scene, address: string, transport: 'udp' | 'tcp' = 'udp'): Promise<string | undefined> {
  const phone = await scene.phone(address, { transport });
  await scene.during(phone.call('777', '10.0.0.1'));
  await scene.pass(3000);
  const last = phone.heard.at(-1);
  if (last === '200 INVITE') phone.hangUp();
  await scene.pass(1000);
  return last;
}

function refusals(router: Router): number {
  return router.gateway.world.sip.trust().refused;
}

test(
  'only whom a dial peer calls may call: a stranger is refused with 403, over any transport, and the log says which rule',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', closed);
    assert.equal(await heard(scene, '10.0.0.3'), '200 INVITE');
    assert.equal(await heard(scene, '10.0.0.9'), '403 INVITE');
    assert.equal(await heard(scene, '10.0.0.8', 'tcp'), '403 INVITE');
    assert.match(
      router.logged('UNTRUSTED')[0] ?? '',
      /INVITE from 10\.0\.0\.9:5060 \(udp\) was refused: no session target and no line of the trusted list/,
    );
    assert.equal(refusals(router), 2);
    const shown = (await router.show('show ip address trusted list')).join('\n');
    assert.match(shown, /^ 10\.0\.0\.3 +dial-peer 10, session target ipv4:10\.0\.0\.3$/m);
    router.assertIdle();
  }),
);

test(
  'the trusted list opens the door to an address, to a network, and closes it again',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', closed);
    const list = ['voice service voip', 'ip address trusted list'];
    await router.configure(...list, 'ipv4 10.0.0.9', 'ipv4 10.1.0.0 255.255.0.0');
    assert.equal(await heard(scene, '10.0.0.9'), '200 INVITE');
    assert.equal(await heard(scene, '10.1.7.7'), '200 INVITE');
    assert.equal(await heard(scene, '10.2.7.7'), '403 INVITE');
    await router.configure(...list, 'no ipv4 10.1.0.0 255.255.0.0');
    assert.equal(await heard(scene, '10.1.7.8'), '403 INVITE');
    assert.match(router.gateway.configuration(), /\n ip address trusted list\n {2}ipv4 10\.0\.0\.9\n/);
  }),
);

test(
  'no ip address trusted authenticate lets everybody call',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', closed);
    await router.configure('voice service voip', 'no ip address trusted authenticate');
    assert.equal(await heard(scene, '10.0.0.9', 'tcp'), '200 INVITE');
    // Over UDP it is answered once it has sent as much as the answers are long, and from the first call on at once.
    const phone = await scene.phone('10.0.0.7');
    await scene.during(phone.call('777', '10.0.0.1'));
    for (const wait of [500, 1000, 2000]) {
      await scene.pass(wait);
      if (phone.heard.length === 0) phone.callAgain();
    }
    await scene.pass(1000);
    assert.equal(phone.heard.at(-1), '200 INVITE');
    phone.hangUp();
    await scene.pass(1000);
    await scene.during(phone.call('777', '10.0.0.1'));
    await scene.pass(10);
    assert.equal(phone.heard.at(-1), '180 INVITE');
    await scene.pass(3000);
    assert.equal(phone.heard.at(-1), '200 INVITE');
    phone.hangUp();
    await scene.pass(1000);
    await router.configure('voice service voip', 'ip address trusted authenticate');
    assert.equal(await heard(scene, '10.0.0.8'), '403 INVITE');
  }),
);

test(
  'while a number is registered its registrar may call, wherever DNS found it, and so may the hops of its Service-Route',
  story(async (scene) => {
    scene.world.names.set('home.example', ['10.0.0.8']);
    const registrar = new Registrar(() => scene.world.clock.monotonic());
    registrar.serviceRoute = ['10.0.0.5', '10.0.0.6:5080', '10.0.0.7', 'edge.example']
      .map((hop) => `<sip:${hop};lr>`)
      .join();
    const home = await scene.phone('10.0.0.8', { registrar });
    const router = await scene.router('10.0.0.1', closed);
    assert.equal(await heard(scene, '10.0.0.5'), '403 INVITE');
    await router.configure('sip-ua', 'registrar dns:home.example expires 600');
    await scene.pass(1000);
    assert.deepEqual(registrar.said, ['777 600 #1']);
    assert.equal(await heard(scene, '10.0.0.6'), '200 INVITE');
    await scene.during(home.call('777', '10.0.0.1'));
    await scene.pass(3000);
    assert.equal(home.heard.at(-1), '200 INVITE');
    home.hangUp();
    const shown = (await router.show('show ip address trusted list')).join('\n');
    assert.match(shown, /^ 10\.0\.0\.8 +registrar dns:home\.example, registered there$/m);
    assert.match(shown, /^ edge\.example +registrar dns:home\.example, Service-Route$/m);
    await router.configure('sip-ua', 'no registrar');
    await scene.pass(1000);
    assert.equal(await heard(scene, '10.0.0.7'), '403 INVITE');
  }),
);

test(
  'silent-discard untrusted answers strangers with nothing',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', closed);
    await router.configure('voice service voip', 'sip', 'silent-discard untrusted');
    assert.equal(await heard(scene, '10.0.0.9'), undefined);
    assert.equal(refusals(router), 1);
    assert.equal(router.gateway.world.sip.trust().unanswered, 0);
  }),
);

test(
  'a flood of strangers is answered a few times only, with less than it sent, while those who may call do',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', closed);
    const stranger = scene.world.host(['10.0.0.9']);
    let back = 0;
    const socket = await stranger.network.bindUdp(
      { host: '10.0.0.9', port: 5060 },
      { received: () => void back++, failed: () => undefined },
    );
    const options = (i: number): string =>
      `OPTIONS sip:10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bK${i}\r\nFrom: <sip:x@10.0.0.9>;tag=${i}\r\nTo: <sip:10.0.0.1>\r\nCall-ID: ${i}@10.0.0.9\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nUser-Agent: somebody that looks around\r\nContent-Length: 0\r\n\r\n`;
    for (let i = 0; i < 5000; i++) socket.send(options(i), { host: '10.0.0.1', port: 5060 });
    await scene.pass(100);
    assert.equal(back, 10);
    assert.equal(refusals(router), 5000);
    assert.equal(await heard(scene, '10.0.0.3'), '200 INVITE');
    socket.close();
    router.assertIdle();
  }),
);

/** A request of a stranger in every form that has an answer of its own, short and long, whole and broken. */
function* strangersRequests(): Generator<string> {
  const methods = ['INVITE', 'OPTIONS', 'REGISTER', 'BYE', 'CANCEL', 'PRACK', 'UPDATE', 'MESSAGE', 'ACK', 'FOO'];
  const lines = [
    '',
    'Content-Length: 99999\r\n',
    'Content-Length: x\r\n',
    'Require: a\r\n',
    'Content-Type: a/b\r\nContent-Length: 1\r\n\r\nx',
  ];
  const broken = ['Max-Forwards: 300\r\n', 'Contact: <\r\n', `Subject: ${'x'.repeat(5000)}\r\n`, 'Expires: -1\r\n'];
  const uris = ['sip:h', 'sips:777@10.0.0.1', 'tel:1', 'x:y', `sip:${'a'.repeat(1100)}@h`];
  let i = 0;
  for (const method of methods) {
    for (const uri of uris) {
      for (const line of [...lines, ...broken, Array.from({ length: 130 }, (_, n) => `X${n}: a\r\n`).join('')]) {
        const tag = ['BYE', 'PRACK', 'UPDATE'].includes(method) ? ';tag=t' : '';
        i++;
        yield `${method} ${uri} SIP/2.0\r\nv: SIP/2.0/UDP h;branch=z9hG4bK${i}\r\nf: <sip:a>;tag=${i}\r\nt: <sip:b>${tag}\r\ni: ${i}\r\nCSeq: 1 ${method}\r\n${line}\r\n`;
      }
    }
  }
}

test(
  'over UDP no stranger is ever sent more than it sent, whatever it sends',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', closed);
    const host = scene.world.host(['10.0.0.9']);
    const back: string[] = [];
    const socket = await host.network.bindUdp(
      { host: '10.0.0.9', port: 5060 },
      { received: (data) => void back.push(data.toString('latin1')), failed: () => undefined },
    );
    let answered = 0;
    for (const request of strangersRequests()) {
      back.length = 0;
      socket.send(request, { host: '10.0.0.1', port: 5060 });
      await scene.pass(600);
      const length = back.reduce((sum, text) => sum + text.length, 0);
      if (back.length > 0) answered++;
      assert.ok(length <= request.length, `${request.slice(0, 300)}\n${back.join('\n')}`);
    }
    assert.ok(answered > 50, `${answered} were answered`);
    socket.close();
    router.assertIdle();
  }),
);

test(
  'over UDP, where everybody may call, an address that echoes nothing is sent no more than came from it, repetitions counted',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', closed);
    await router.configure('voice service voip', 'no ip address trusted authenticate');
    await scene.phone('10.0.0.3', { takes: 'ring' });
    const host = scene.world.host(['10.0.0.9']);
    let back = 0;
    const own = { host: '10.0.0.9', port: 5060 };
    const socket = await host.network.bindUdp(own, {
      received: (data) => {
        back += data.length;
      },
      failed: () => undefined,
    });
    const body = 'v=0\r\no=- 1 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\nm=audio 20000 RTP/AVP 0\r\n';
    let sent = 0;
    let i = 0;
    const ask = async (method: string, user: string, description = ''): Promise<void> => {
      const type = description === '' ? '' : 'c: application/sdp\r\n';
      const text = `${method} sip:${user}@10.0.0.1 SIP/2.0\r\nv: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bKs${++i};rport\r\nf: <sip:a>;tag=${i}\r\nt: <sip:b>\r\ni: s${i}\r\nCSeq: 1 ${method}\r\nm: <sip:a@10.0.0.9>\r\n${type}l: ${description.length}\r\n\r\n${description}`;
      sent += text.length;
      socket.send(text, { host: '10.0.0.1', port: 5060 });
      // Longer than any answer is repeated.
      await scene.pass(70_000);
      assert.ok(back <= sent, `${method} ${user}: ${back} bytes for ${sent}`);
    };
    await ask('OPTIONS', 'x');
    assert.equal(back, 0, 'the answer is longer than the request');
    for (const user of ['777', '9001', '5']) for (const text of ['', body]) await ask('INVITE', user, text);
    for (const method of ['FOO', 'BYE', 'OPTIONS', 'OPTIONS', 'OPTIONS']) await ask(method, 'x');
    assert.ok(back > 0);
    assert.ok(router.gateway.world.sip.overload().withheld > 10);
    assert.match((await router.show('show sip-ua overload')).join('\n'), /^UDP messages withheld .*: [1-9]\d+$/m);
    socket.close();
    await scene.pass(300_000);
    router.assertIdle();
  }),
);

test(
  'over TLS a stranger address is let in by the name its certificate proves',
  story(async (scene) => {
    const ca = storyAuthority('story root');
    const router = await scene.router('10.0.0.1', closed);
    const own = storyCertificate(ca, 'west.test', { dnsNames: ['west.test'] });
    await importIdentity(router, 'lab', own, ca);
    await router.configure('crypto pki trustpoint lab', 'revocation-check none');
    await router.configure('sip-ua', 'crypto signaling default trustpoint lab');
    const call = async (address: string, name: string): Promise<string | undefined> => {
      const theirs = storyCertificate(ca, name, { dnsNames: [name] });
      const phone = await scene.phone(address, { transport: 'tls', credentials: credentialsOf(theirs, ca) });
      await scene.during(phone.call('777', '10.0.0.1'));
      await scene.pass(3000);
      const last = phone.heard.at(-1);
      if (last === '200 INVITE') phone.hangUp();
      await scene.pass(1000);
      return last;
    };
    assert.equal(await call('10.0.0.11', 'phone.carrier.test'), '403 INVITE');
    assert.match(router.logged('UNTRUSTED')[0] ?? '', /who proved the name phone\.carrier\.test, was refused/);
    await router.configure('voice service voip', 'ip address trusted list', 'dns *.carrier.test');
    assert.equal(await call('10.0.0.12', 'phone.carrier.test'), '200 INVITE');
    assert.equal(await call('10.0.0.13', 'a.phone.carrier.test'), '403 INVITE');
    assert.equal(await call('10.0.0.14', 'carrier.test'), '403 INVITE');
  }),
);
