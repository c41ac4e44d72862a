import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callIdOf, displayMessage } from './trace.ts';

test('a message is framed as IOS frames it, with an empty line behind it', () => {
  const message = 'OPTIONS sip:a@10.0.0.1 SIP/2.0\r\nCall-ID: 1\r\nContent-Length: 0\r\n\r\n';
  assert.equal(
    displayMessage('Sent', message),
    '//-1/xxxxxxxxxxxx/SIP/Msg/ccsipDisplayMsg:\nSent: \nOPTIONS sip:a@10.0.0.1 SIP/2.0\nCall-ID: 1\nContent-Length: 0\n',
  );
  assert.match(
    displayMessage('Sent', message, '12/ABCDEF012345'),
    /^\/\/12\/ABCDEF012345\/SIP\/Msg\/ccsipDisplayMsg:\nSent: \n/,
  );
  assert.match(displayMessage('Received', `${message}v=0\r\n`), /ccsipDisplayMsg:\nReceived: \n[\s\S]*\n\nv=0\n$/);
});

test('a message is told apart by its Call-ID, however that is written', () => {
  assert.equal(callIdOf('BYE sip:a@b SIP/2.0\r\nCall-ID: 7@host\r\n\r\n'), '7@host');
  assert.equal(callIdOf('SIP/2.0 200 OK\r\nVia: x\r\ni:8@host\r\n\r\n'), '8@host');
  assert.equal(callIdOf('SIP/2.0 200 OK\r\n\r\n'), undefined);
});

test('secrets are not shown, what is beside them is', () => {
  const table: readonly (readonly [string, string])[] = [
    ['Authorization: Digest username="a", response="0123"', 'Authorization: Digest ***'],
    ['proxy-authorization:Digest response="0123"', 'proxy-authorization:Digest ***'],
    ['Authorization: c2VjcmV0', 'Authorization: ***'],
    ['a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:c2VjcmV0', 'a=crypto:1 ***'],
    ['a=key-mgmt:mikey c2VjcmV0', 'a=key-mgmt:mikey ***'],
    ['k=base64:c2VjcmV0', 'k= ***'],
    ['INVITE sip:bob:c2VjcmV0@10.0.0.1:5060 SIP/2.0', 'INVITE sip:bob:***@10.0.0.1:5060 SIP/2.0'],
    ['To: <sip:bob@10.0.0.1:5060>;tag=1', 'To: <sip:bob@10.0.0.1:5060>;tag=1'],
    ['WWW-Authenticate: Digest realm="x", nonce="y"', 'WWW-Authenticate: Digest realm="x", nonce="y"'],
  ];
  for (const [line, expected] of table) assert.equal(displayMessage('Sent', line).split('\n')[2], expected);
});

test('a folded Authorization is left out to its end', () => {
  const shown = displayMessage(
    'Received',
    'Authorization: Digest\r\n response="c2VjcmV0",\r\n\tcnonce="x"\r\nTo: <sip:b>\r\n',
  );
  assert.deepEqual(shown.split('\n').slice(2, 4), ['Authorization: ***', 'To: <sip:b>']);
});
