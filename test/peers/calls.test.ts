import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { freePort } from './port.ts';
import { Scene } from './scene.ts';
import { call, Sipp, type SippResult } from './sipp.ts';

/** What caller and called party do in each case: scenario files. */
const cases = [
  ['a call is answered and the caller hangs up', 'uac-call', 'uas-answer'],
  ['a call is answered and the called party hangs up', 'uac-held', 'uas-hangup'],
  ['a caller who gives up while it rings gets 487, and the called party a CANCEL', 'uac-cancel', 'uas-ring'],
  ['a hold and its end are seen by the called party', 'uac-holds', 'uas-is-held'],
  ['a hold that crosses a change of the called party is made again', 'uac-holds', 'uas-glare'],
  ['a busy called party is 486 to the caller', 'uac-busy', 'uas-busy'],
  [
    'a call goes on in which MESSAGE and SUBSCRIBE are refused with 405, NOTIFY with 481 and a key by INFO with 415',
    'uac-others',
    'uas-answer',
  ],
] as const;

for (const transport of ['udp', 'tcp'] as const) {
  suite(`sipp calls sipp through the gateway over ${transport}`, needs('sipp'), () => {
    const scene = new Scene();
    let gateway: Gateway;
    let port = 0;
    let far = 0;

    before(async () => {
      [port, far] = [await freePort(), await freePort()];
      const routes = [{ tag: 1, pattern: '9...', port: far, transport }];
      gateway = await Gateway.start(scene, gatewayConfig({ port, securePort: await freePort(), routes }));
    });
    after(() => scene.close());

    for (const [title, caller, called] of cases) {
      test(title, async () => {
        const uas = await Sipp.start(scene, { scenario: called, transport, port: far });
        const near = await call(scene, { scenario: caller, transport, target: port, calls: 5 });
        allSucceeded(near, 5, gateway);
        const far5 = await uas.stop();
        assert.equal(far5.succeeded, 5, `the called party: ${far5.errors}\n${gateway.output}`);
      });
    }

    test('a number without a dial peer is 404', async () => {
      const near = await call(scene, { scenario: 'uac-unknown', transport, target: port, number: '4711' });
      allSucceeded(near, 1, gateway);
    });

    test('OPTIONS is answered with 200', async () => {
      allSucceeded(await call(scene, { scenario: 'uac-options', transport, target: port }), 1, gateway);
    });

    test('a request that cannot be parsed is answered with 400, and the gateway lives on', async () => {
      allSucceeded(await call(scene, { scenario: 'uac-malformed', transport, target: port }), 1, gateway);
      allSucceeded(await call(scene, { scenario: 'uac-options', transport, target: port }), 1, gateway);
    });

    test('no call is left, and the gateway ends with exit code 0', async () => {
      const none = /Total SIP call legs:\s*0\b/;
      let shown = await gateway.type('show sip-ua calls');
      for (let attempt = 0; attempt < 50 && !none.test(shown); attempt++) {
        await sleep(100);
        shown = await gateway.type('show sip-ua calls');
      }
      assert.match(shown, none);
      assert.equal(await gateway.leave(), 0, gateway.output);
    });
  });
}

function allSucceeded(result: SippResult, calls: number, gateway: Gateway): void {
  const { code, succeeded, errors } = result;
  assert.deepEqual({ code, succeeded }, { code: 0, succeeded: calls }, `${errors}\n${gateway.output.slice(-4000)}`);
}
