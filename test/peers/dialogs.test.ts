import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import { after, before, suite, test } from 'node:test';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { freePort, loopback } from './port.ts';
import { Scene } from './scene.ts';
import { answerInside, ask, begin, hear, pause, script, whileItRings } from './script.ts';
import { call } from './sipp.ts';

/** A telephone that answers after a second. */
const telephone =
  'voice-port 0/3/0\n device answer\n!\ndial-peer voice 7 pots\n destination-pattern 777\n port 0/3/0\n!\n';
const secondTelephone =
  'voice-port 0/3/1\n device answer\n!\ndial-peer voice 8 pots\n destination-pattern 778\n port 0/3/1\n!\n';
const thirdTelephone =
  'voice-port 0/3/2\n device answer\n!\ndial-peer voice 9 pots\n destination-pattern 779\n port 0/3/2\n!\n';
const byUpdate = script(
  'updated',
  begin('INVITE', {
    sdp: true,
    headers: ['Supported: timer', 'Allow: INVITE, ACK, BYE, CANCEL, UPDATE', 'Session-Expires: 90;refresher=uas'],
  }),
  whileItRings,
  hear(200, { meets: true, check: { 'Session-Expires:': '90;refresher=uas' } }),
  ask('ACK'),
  hear('UPDATE', {
    timeoutMs: 60_000,
    check: { 'Session-Expires:': '90;refresher=uac', 'Content-Length:': '^ *0' },
  }),
  answerInside(200, ['Require: timer', 'Session-Expires: 90;refresher=uac']),
  pause(200),
  ask('BYE', { cseq: 2 }),
  hear(200),
);
const short = 'voice service voip\n sip\n  min-se 90\n!\n';

suite('sipp keeps a dialog with the gateway', needs('sipp'), () => {
  const scene = new Scene();
  /** Of the second gateway, whose NVRAM is its own. */
  const other = new Scene();
  let port = 0;
  let shortPort = 0;

  before(async () => {
    const start = async (where: Scene, at: number, extra: string): Promise<void> => {
      await Gateway.start(where, gatewayConfig({ port: at, securePort: await freePort(), routes: [], extra }));
    };
    [port, shortPort] = [await freePort(), await freePort()];
    await start(scene, port, telephone);
    await start(other, shortPort, `${telephone}${secondTelephone}${thirdTelephone}${short}`);
  });
  after(() => Promise.all([scene.close(), other.close()]));

  for (const transport of ['udp', 'tcp'] as const) {
    test(`ringing is acknowledged by PRACK, the call refreshed by UPDATE, over ${transport}`, async () => {
      const { code, errors } = await call(scene, { scenario: 'uac-reliable', transport, target: port, number: '777' });
      assert.equal(code, 0, errors);
    });

    test(`an interval below min-se is 422 over ${transport}`, async () => {
      const { code, errors } = await call(scene, { scenario: 'uac-interval', transport, target: port, number: '777' });
      assert.equal(code, 0, errors);
    });
  }

  test('a session is refreshed at half of its interval, 491 or not, by UPDATE where the peer allows it, and ended when nobody refreshes it', async () => {
    const options = { transport: 'tcp', target: shortPort } as const;
    const [refreshed, expired, updated] = await Promise.all([
      call(scene, { ...options, scenario: 'uac-refreshed', number: '777' }, 90_000),
      call(scene, { ...options, scenario: 'uac-expired', number: '778' }, 90_000),
      call(scene, { ...options, scenario: byUpdate, number: '779' }, 90_000),
    ]);
    assert.equal(refreshed.code, 0, refreshed.errors);
    assert.equal(expired.code, 0, expired.errors);
    assert.equal(updated.code, 0, updated.errors);
  });

  test('an answer whose connection is gone comes on a new one, to the port of its Via', async () => {
    const own = await freePort();
    const back = new Promise<string>((resolve, reject) => {
      const server = createServer((socket) => {
        socket.once('data', (data) => {
          socket.destroy();
          server.close();
          resolve(data.toString('latin1'));
        });
      });
      server.once('error', reject);
      server.listen(own, loopback);
    });
    const socket = connect(port, loopback);
    socket.once('data', () => socket.once('data', () => socket.destroy()));
    socket.write(invite(own));
    assert.match(await back, /^SIP\/2\.0 (180 Ringing|200 OK)\r\n/);
  });
});

function invite(port: number): string {
  const sdp = `v=0\r\no=- 1 1 IN IP4 ${loopback}\r\ns=-\r\nc=IN IP4 ${loopback}\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n`;
  return [
    `INVITE sip:777@${loopback} SIP/2.0`,
    `Via: SIP/2.0/TCP ${loopback}:${port};branch=z9hG4bKgone`,
    `From: <sip:7001@${loopback}>;tag=gone`,
    `To: <sip:777@${loopback}>`,
    'Call-ID: gone',
    'CSeq: 1 INVITE',
    `Contact: <sip:7001@${loopback}:${port};transport=tcp>`,
    'Max-Forwards: 70',
    'Content-Type: application/sdp',
    `Content-Length: ${sdp.length}`,
    '',
    sdp,
  ].join('\r\n');
}
