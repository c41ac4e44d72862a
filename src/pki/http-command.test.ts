import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { httpRequestOf, isHttpCommand, type ProfileParameter, prompts } from './http-command.ts';

const url = 'http://ca.lab:81/cgi/client.exe';
const parameters = new Map<number, ProfileParameter>([
  [1, { kind: 'value', value: 'aaaa-bbbb' }],
  [2, { kind: 'prompt', prompt: 'Reference number' }],
]);
const typed = new Map([[2, 'a&b=c d']]);
const request = Buffer.from([0xfb, 0xff, 0x01]);
const form = { method: 'POST', contentType: 'application/x-www-form-urlencoded' };

const rows: readonly [command: string, sent: Readonly<Record<string, unknown>>][] = [
  ['GET /certs/ca.der', { method: 'GET', url: 'http://ca.lab:81/certs/ca.der' }],
  ['get /c?code=$P1', { method: 'GET', url: 'http://ca.lab:81/c?code=aaaa-bbbb' }],
  ['GET action=ca', { method: 'GET', url: `${url}?action=ca` }],
  ['POST r=$P2&a=$p1&q=$REQ', { ...form, url, body: 'r=a%26b%3Dc%20d&a=aaaa-bbbb&q=%2B%2F8B' }],
  ['POST /sign q=$REQ', { ...form, url: 'http://ca.lab:81/sign', body: 'q=%2B%2F8B' }],
  ['POST /sign', { ...form, url: 'http://ca.lab:81/sign', body: '' }],
  ['GET /cost?is=$5&for=$P', { method: 'GET', url: 'http://ca.lab:81/cost?is=$5&for=$P' }],
];
for (const [command, sent] of rows) {
  test(`${command} is sent with its names filled in, encoded as in a form`, () => {
    const made = httpRequestOf(url, { command, parameters }, typed, request);
    assert.ok(made.ok, JSON.stringify(made));
    const { body, ...rest } = made.value;
    assert.deepEqual(body === undefined ? rest : { ...rest, body: body.toString() }, sent);
  });
}

test('what nobody said is not sent as nothing', () => {
  const fails = (command: string, values = typed): string => {
    const made = httpRequestOf(url, { command, parameters }, values);
    return made.ok ? 'sent' : made.reason;
  };
  assert.equal(fails('GET /x?a=$P3'), 'nothing says what $P3 of the enrollment profile is');
  assert.equal(fails('POST a=$P2', new Map()), 'nothing says what $P2 of the enrollment profile is');
  assert.equal(fails('POST q=$REQ'), 'nothing says what $REQ of the enrollment profile is');
  assert.equal(fails('DELETE /'), 'the command of the enrollment profile is not one in HTTP');
});

test('only what stands in the command and is not settled is asked for, each once', () => {
  const command = 'POST a=$P1&b=$P2&c=$p2&d=$P7';
  assert.deepEqual(prompts({ command, parameters }), [{ number: 2, prompt: 'Reference number' }]);
});

test('any text is a command in HTTP or is not, and no host but that of the URL is asked', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (text, value) => {
      const command = `GET ${text}`;
      const made = httpRequestOf(url, { command, parameters: new Map([[1, { kind: 'value', value }]]) });
      assert.equal(isHttpCommand(text) && !/^(?:GET|POST)\s/i.test(text), false);
      if (made.ok) assert.ok(made.value.url.startsWith('http://ca.lab:81/'), made.value.url);
    }),
    { seed: 7 },
  );
});
