import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calledNumber, escapeUser, parseUri, unescapeText } from './uri.ts';

test('URIs are read into their parts', () => {
  for (const [text, scheme, user, host, port, parameters] of [
    ['sip:9001@192.0.2.1', 'sip', '9001', '192.0.2.1', undefined, ''],
    ['SIPS:a:pw@Example.com:5061;transport=tls?Subject=x', 'sips', 'a', 'Example.com', 5061, ';transport=tls'],
    ['sip:[2001:db8::1]:5070;lr', 'sip', '', '[2001:db8::1]', 5070, ';lr'],
    ['sip:+4930;phone-context=x@gw;user=phone', 'sip', '+4930;phone-context=x', 'gw', undefined, ';user=phone'],
    ['tel:+1-201-555;phone-context=a', 'tel', '+1-201-555', '', undefined, ';phone-context=a'],
    ['http://example.com/', 'other', '', '', undefined, ''],
  ] as const) {
    const uri = parseUri(text);
    assert.deepEqual(
      [uri?.scheme, uri?.user, uri?.host, uri?.port, uri?.parameters],
      [scheme, user, host, port, parameters],
    );
    assert.equal(uri?.text, text);
  }
});

test('malformed URIs are refused', () => {
  for (const text of [
    '',
    'sip:',
    'sip:@host',
    'sip:a@',
    'sip:a b@host',
    'sip:a%4@host',
    'sip:a%zz@host',
    'sip:a@host:0',
    'sip:a@host:65536',
    'sip:a@host:',
    'sip:a@host;;lr',
    'sip:a@host;=x',
    'sip:a@host?',
    'sip:a@[2001:db8::1',
    'sip:a@ho<st',
    'tel:',
    'tel:+',
    'tel:+12x',
    'no scheme',
    'x:a\r\nb',
  ]) {
    assert.equal(parseUri(text), undefined, text);
  }
});

test('parameters are found by name in any case, with or without value', () => {
  const uri = parseUri('sip:h;LR;Transport=TLS;lrx=1');
  assert.deepEqual(
    [uri?.isLoose, uri?.transport, uri?.parameter('LRX'), uri?.parameter('l')],
    [true, 'tls', '1', undefined],
  );
});

test('the called number is the user part without parameters, escapes and, in telephone numbers, separators', () => {
  for (const [text, number] of [
    ['sip:+4930123;phone-context=x@h;user=phone', '+4930123'],
    ['sip:030-12.34@h;user=phone', '0301234'],
    ['sip:030-12.34@h', '030-12.34'],
    ['sip:%2B49(30)1@h', '+49301'],
    ['sip:x-y@h;user=phone', 'x-y'],
    ['tel:+1-201', '+1201'],
    ['sip:h', ''],
  ] as const) {
    assert.equal(calledNumber(parseUri(text)!), number);
  }
});

test('what is escaped for a user part reads back the same', () => {
  for (const user of ['9001', '*31#', 'a b', 'ü%', 'x@y:z"<>', '\r\n']) {
    const escaped = escapeUser(user);
    assert.equal(parseUri(`sip:${escaped}@h`)?.user, escaped);
    assert.equal(unescapeText(escaped), user);
  }
  assert.equal(unescapeText('100%zz%4'), '100%zz%4');
  assert.equal(escapeUser('\u010d'), '%C4%8D');
});
