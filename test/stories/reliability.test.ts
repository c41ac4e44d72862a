import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sipToSip, telephones, voip } from './configurations.ts';
import { story } from './scene.ts';

const service = (rel1xx: string): string => `voice service voip\n sip\n  rel1xx ${rel1xx}\n`;
const inbound = (rel1xx: string): string =>
  voip(20, '9', '10.0.0.9', 'incoming called-number 778', `voice-class sip rel1xx ${rel1xx}`);

test(
  'what an outbound dial peer says of reliable responses stands in its INVITEs, whatever holds for all',
  story(async (scene) => {
    for (const [everywhere, here, required, supported] of [
      ['disable', 'require 100rel', ['100rel'], '100rel, timer, replaces, norefersub'],
      ['require 100rel', 'disable', undefined, 'timer, replaces, norefersub'],
      ['disable', 'supported "100rel"', undefined, '100rel, timer, replaces, norefersub'],
      ['require "100rel"', 'system', ['100rel'], '100rel, timer, replaces, norefersub'],
    ] as const) {
      const peers = voip(10, '9', '10.0.0.3', `voice-class sip rel1xx ${here}`);
      const west = await scene.router('10.0.0.1', `${telephones}${sipToSip}${peers}${service(everywhere)}`);
      const phone = await scene.phone('10.0.0.3', { takes: 486 });
      await scene.during(west.type('csim start 9'));
      const headers = phone.newest('INVITE')?.headers;
      assert.deepEqual(headers?.get('require'), required, here);
      assert.deepEqual(headers?.get('supported'), [supported], here);
      assert.equal(headers?.get('allow')?.[0]?.includes('PRACK'), supported.startsWith('100rel'));
      phone.close();
      await scene.during(west.gateway.stop());
    }
  }),
);

test(
  'what an inbound dial peer says of reliable responses decides whom it answers, and how',
  story(async (scene) => {
    for (const [everywhere, here, headers, answer] of [
      ['supported 100rel', 'require 100rel', [], '421 INVITE'],
      ['require 100rel', 'disable', [], '200 INVITE'],
      ['supported 100rel', 'disable', ['Require: 100rel'], '420 INVITE'],
      ['disable', 'supported 100rel', ['Require: 100rel'], '180 INVITE'],
      ['require 100rel', 'system', [], '421 INVITE'],
    ] as const) {
      const west = await scene.router('10.0.0.1', `${telephones}${inbound(here)}${service(everywhere)}`);
      const phone = await scene.phone('10.0.0.3', { headers });
      await scene.during(phone.call('778', '10.0.0.1'));
      await scene.pass(3000);
      const said = phone.newest(answer);
      assert.notEqual(said, undefined, `${everywhere}, ${here}: ${phone.heard}`);
      if (answer === '420 INVITE') assert.deepEqual(said?.headers.get('unsupported'), ['100rel']);
      if (answer === '421 INVITE') assert.deepEqual(said?.headers.get('require'), ['100rel']);
      if (answer === '180 INVITE') assert.deepEqual(said?.headers.get('require'), ['100rel']);
      if (west.legs.length > 0) phone.hangUp();
      await scene.pass(60_000);
      west.assertIdle();
      phone.close();
      await scene.during(west.gateway.stop());
    }
  }),
);
