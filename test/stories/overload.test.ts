import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitTable } from '../../src/sip/settings.ts';
import { sipToSip, telephones, voip } from './configurations.ts';
import type { Router, Scene } from './scene.ts';
import { story } from './scene.ts';

function held(router: Router, what: string) {
  return router.gateway.world.sip.overload().held.find((row) => row.what === what) ?? assert.fail(`no row ${what}`);
}

async function calls(scene: Scene, address: string): Promise<string | undefined> {
  const phone = await scene.phone(address);
  await scene.during(phone.call('777', '10.0.0.1'));
  await scene.pass(3000);
  const last = phone.heard.at(-1);
  if (last === '200 INVITE') phone.hangUp();
  await scene.pass(1000);
  return last;
}

test(
  'one address that opens connections too fast is turned away before anything is made for them, and others are not',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', telephones + voip(10, '9...', '10.0.0.3'));
    const flood = scene.world.host(['10.0.0.66']);
    const attempts = Array.from({ length: 600 }, () =>
      flood.network.connectTcp({ host: '10.0.0.1', port: 5060 }, { timeoutMs: 1000 }),
    );
    const streams = await scene.during(Promise.all(attempts));
    await scene.pass(20);
    const { arrivals } = router.gateway.world.sip.overload();
    assert.deepEqual(
      [arrivals.refused, router.active('tcp')],
      [200, limitTable['connection-rate per-source burst'].standard],
    );
    const other = await scene.phone('10.0.0.3', { transport: 'tcp' });
    await scene.during(other.call('777', '10.0.0.1'));
    await scene.pass(3000);
    assert.equal(other.heard.at(-1), '200 INVITE');
    other.hangUp();
    assert.match(router.logged('CONNECTION_REFUSED')[0] ?? '', /more than 100 new connections a second of this source/);
    assert.match(
      (await router.show('show sip-ua overload')).join('\n'),
      /100 of one source \(400 at once\), 500 in all; refused: 200$/m,
    );
    for (const stream of streams) stream.destroy();
    await scene.pass(1000);
    assert.equal(held(router, 'connections accepted').now, 1);
    router.assertIdle();
  }),
);

test(
  'the calls of one address have a bound: further ones are answered 503 with Retry-After, and those of others are taken',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', sipToSip + telephones + voip(10, '9...', '10.0.0.2'));
    await scene.phone('10.0.0.2', { takes: 'ring' });
    const host = scene.world.host(['10.0.0.66']);
    const answers = new Map<string, number>();
    let refusal = '';
    const socket = await host.network.bindUdp(
      { host: '10.0.0.66', port: 5060 },
      {
        received: (data) => {
          const text = data.toString('latin1');
          const status = text.slice(8, 11);
          if (status === '503') refusal = text;
          if (status !== '100') answers.set(status, (answers.get(status) ?? 0) + 1);
        },
        failed: () => undefined,
      },
    );
    const invite = (i: number): string =>
      `INVITE sip:9001@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.66:5060;branch=z9hG4bK${i}\r\nFrom: <sip:x@h>;tag=${i}\r\nTo: <sip:9001@10.0.0.1>\r\nCall-ID: ${i}@h\r\nCSeq: 1 INVITE\r\nContact: <sip:x@10.0.0.66>\r\nContent-Length: 0\r\n\r\n`;
    const { standard: ofSource } = limitTable['calls per-source'];
    for (let i = 0; i < ofSource + 5; i++) socket.send(invite(i), { host: '10.0.0.1', port: 5060 });
    await scene.pass(20);
    assert.ok(answers.has('503'));
    assert.match(refusal, /\r\nRetry-After: 5\r\n/);
    assert.equal(held(router, 'incoming calls').refused, 5);
    assert.equal(await calls(scene, '10.0.0.3'), '200 INVITE');
    for (let i = 0; i < ofSource; i++) {
      const cancel = invite(i).replace('INVITE sip:', 'CANCEL sip:').replace('1 INVITE', '1 CANCEL');
      socket.send(cancel, { host: '10.0.0.1', port: 5060 });
    }
    await scene.pass(60_000);
    socket.close();
    assert.equal(held(router, 'incoming calls').now, 0);
    assert.equal(held(router, 'requests being served').now, 0);
  }),
);

test(
  'the bounds on what peers make the gateway hold are what limit says, in all and for each source',
  story(async (scene) => {
    const limits = ['calls per-source 1', 'connections per-source 2', 'connection-rate per-source burst 3'];
    const router = await scene.router(
      '10.0.0.1',
      `${sipToSip}${telephones}${voip(10, '9', '10.0.0.2')}sip-ua\n${limits.map((line) => ` limit ${line}\n`).join('')}`,
    );
    await scene.phone('10.0.0.2', { takes: 'ring' });
    const phone = await scene.phone('10.0.0.3');
    await scene.during(phone.call('9', '10.0.0.1'));
    await scene.during(phone.call('9', '10.0.0.1'));
    await scene.pass(100);
    assert.deepEqual([phone.count('180 INVITE'), phone.count('503 INVITE')], [1, 1]);
    assert.deepEqual([held(router, 'incoming calls').perSource, held(router, 'incoming calls').bound], [1, 4000]);
    await router.configure('sip-ua', 'limit calls 1', 'limit calls per-source 5');
    const other = await scene.phone('10.0.0.4');
    await scene.during(other.call('9', '10.0.0.1'));
    await scene.pass(100);
    assert.equal(other.count('503 INVITE'), 1);
    const host = scene.world.host(['10.0.0.66']);
    const connect = () => host.network.connectTcp({ host: '10.0.0.1', port: 5060 }, { timeoutMs: 1000 });
    await scene.during(Promise.all([connect(), connect(), connect(), connect()]));
    await scene.pass(20);
    assert.equal(router.active('tcp'), 2);
    assert.match(router.logged('CONNECTION_REFUSED').join('\n'), /2 connections accepted of this source/);
    assert.match(router.logged('CONNECTION_REFUSED').join('\n'), /new connections a second of this source/);
  }),
);
