import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  parseMessage,
  printRequest,
  type RequestFields,
  Responder,
  type SipRequest,
  type SipResponse,
} from '../message/index.ts';
import { Dialog } from './dialog.ts';
import { DialogTable } from './table.ts';

const invite: RequestFields = {
  method: 'INVITE',
  uri: 'sip:b@h',
  via: 'SIP/2.0/UDP gw;branch=z9hG4bK1',
  maxForwards: 70,
  from: '"A" <sip:a@h>;tag=f',
  to: '<sip:b@h>;x=y',
  callId: 'c',
  cseqNumber: 5,
  contact: '<sip:a@gw:5070>',
};
const routes = ['Record-Route: <sip:p1;lr>, <sip:p2;lr>', 'Record-Route: <sip:p3;lr>'];
const request = (changes: Partial<RequestFields> = {}) =>
  parseMessage(printRequest({ ...invite, ...changes })) as SipRequest;
const response = (status: number, contact: string, headers: readonly string[] = [], toTag = 't') =>
  parseMessage(
    new Responder(request({ headers }), { host: '192.0.2.1', port: 5060 }).print(status, { toTag, contact }),
  ) as SipResponse;
const sent = { callId: 'c', localTag: 'f', from: invite.from, cseqNumber: 5 };
const more = { via: 'SIP/2.0/UDP me;branch=z9hG4bK2', maxForwards: 70 };

test('the called side sends to the Contact over the recorded route, its tag in From', () => {
  const dialog = Dialog.fromRequest(request({ headers: routes }), 'mine')!;
  const bye = parseMessage(printRequest(dialog.request('BYE', more))) as SipRequest;
  assert.deepEqual(
    [bye.uri, bye.from.text, bye.to.text, bye.callId, bye.cseqNumber, bye.routes.map((route) => route.uri)],
    ['sip:a@gw:5070', '<sip:b@h>;tag=mine', '"A" <sip:a@h>;tag=f', 'c', 1, ['sip:p1;lr', 'sip:p2;lr', 'sip:p3;lr']],
  );
  assert.equal(dialog.nextHop, 'sip:p1;lr');
});

test('the calling side takes the route in reverse, anew from the 2xx, and counts on from its INVITE', () => {
  const dialog = Dialog.fromResponse(sent, response(180, '<sip:b@early>', routes))!;
  assert.deepEqual([dialog.state, dialog.nextHop, dialog.remoteTarget], ['early', 'sip:p3;lr', 'sip:b@early']);
  dialog.confirm(response(200, '<sip:b@final>', routes.slice(1)));
  assert.deepEqual([dialog.state, dialog.routes, dialog.remoteTarget], ['confirmed', ['<sip:p3;lr>'], 'sip:b@final']);
  assert.equal(dialog.ack(5, more).cseqNumber, 5);
  assert.equal(dialog.request('BYE', more).cseqNumber, 6);
  // The route is settled with the first 2xx; a later one refreshes the target alone (12.2).
  dialog.confirm(response(200, '<sip:b@moved>'));
  assert.deepEqual([dialog.routes, dialog.remoteTarget], [['<sip:p3;lr>'], 'sip:b@moved']);
});

test('a strict router stands in the request URI and the target at the end of the route', () => {
  const dialog = Dialog.fromResponse(sent, response(200, '<sip:b@far>', ['Record-Route: <sip:p1;lr>, <sip:p2>']))!;
  const fields = dialog.request('BYE', more);
  assert.deepEqual(
    [dialog.state, dialog.nextHop, fields.uri, fields.routes],
    ['confirmed', 'sip:p2', 'sip:p2', ['<sip:p1;lr>', '<sip:b@far>']],
  );
});

test('without a usable Contact, or on a 1xx without tag, there is no dialog', () => {
  assert.equal(Dialog.fromRequest(request({ contact: '<tel:+1>' }), 'x'), undefined);
  assert.equal(
    Dialog.fromRequest(parseMessage(printRequest(invite).replace(/Contact.*\r\n/, '')) as SipRequest, 'x'),
    undefined,
  );
  assert.equal(Dialog.fromResponse(sent, response(100, '<sip:b@h>')), undefined);
});

test('a request that is not newer than the last is out of order', () => {
  const dialog = Dialog.fromRequest(request(), 'mine')!;
  const accepted = [5, 4, 6, 6, 100, 7].map((cseqNumber) => dialog.accepts(request({ method: 'INFO', cseqNumber })));
  assert.deepEqual(accepted, [false, false, true, false, true, false]);
});

test('dialogs are found by Call-ID and both tags, in a table with a bound', () => {
  const table = new DialogTable<string>({ dialogs: 1 });
  const dialog = Dialog.fromRequest(request(), 'mine')!;
  assert.equal(table.add(dialog, 'leg'), true);
  assert.equal(table.add(dialog, 'again'), false);
  assert.equal(table.add(Dialog.fromRequest(request({ callId: 'd' }), 'x')!, 'more'), false);
  assert.deepEqual([table.size, table.refused], [1, 1]);
  for (const [changes, found] of [
    [{ to: '<sip:b@h>;tag=mine' }, 'leg'],
    [{ to: '<sip:b@h>;tag=other' }, undefined],
    [{ to: '<sip:b@h>' }, undefined],
    [{ to: '<sip:b@h>;tag=mine', from: '<sip:a@h>;tag=g' }, undefined],
    [{ to: '<sip:b@h>;tag=mine', callId: 'd' }, undefined],
  ] as const) {
    assert.equal(table.find(request({ method: 'BYE', ...changes })), found, JSON.stringify(changes));
  }
  table.remove(dialog);
  assert.equal(table.size, 0);
});
