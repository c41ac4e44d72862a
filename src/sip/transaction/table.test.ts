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
import { TransactionTable } from './table.ts';
import { defaultTimers } from './timers.ts';

const invite: RequestFields = {
  method: 'INVITE',
  uri: 'sip:b@h',
  via: 'SIP/2.0/UDP gw;branch=z9hG4bK1',
  maxForwards: 70,
  from: '<sip:a@h>;tag=f',
  to: '<sip:b@h>',
  callId: 'c',
  cseqNumber: 5,
};
const request = (changes: Partial<RequestFields> = {}) =>
  parseMessage(printRequest({ ...invite, ...changes })) as SipRequest;
const response = (of: SipRequest, status: number) =>
  parseMessage(new Responder(of, { host: '192.0.2.1', port: 5060 }).print(status, { toTag: 't' })) as SipResponse;

const peer = '192.0.2.1';

test('requests find their server transaction by branch, sender and method', () => {
  const table = new TransactionTable<string>();
  const made = table.addServer(request(), 'call', defaultTimers, false, peer);
  for (const [changes, found] of [
    [{}, true],
    [{ via: 'SIP/2.0/UDP GW;BRANCH=Z9HG4bK1;rport' }, true],
    [{ method: 'ACK', to: '<sip:b@h>;tag=t' }, true],
    [{ via: 'SIP/2.0/UDP gw;branch=z9hG4bK2' }, false],
    [{ via: 'SIP/2.0/UDP gw:5060;branch=z9hG4bK1' }, false],
    [{ via: 'SIP/2.0/UDP other;branch=z9hG4bK1' }, false],
    [{ method: 'CANCEL' }, false],
    [{ method: 'BYE' }, false],
  ] as const) {
    assert.equal(table.findServer(request(changes)) === made, found, JSON.stringify(changes));
  }
  assert.equal(table.findCancelled(request({ method: 'CANCEL' })), made);
  assert.equal(table.addServer(request(), 'again', defaultTimers, false, peer), undefined);
  assert.equal(table.refused, 0);
});

test('peers without the cookie are matched by the older rule', () => {
  for (const via of ['SIP/2.0/UDP gw', 'SIP/2.0/UDP gw;branch=1', 'SIP/2.0/UDP gw;branch=z9hG4bK']) {
    const table = new TransactionTable<string>();
    const made = table.addServer(request({ via }), 'call', defaultTimers, false, peer);
    assert.equal(table.findServer(request({ via })), made);
    assert.equal(table.findServer(request({ via, method: 'ACK', to: '<sip:b@h>;tag=t' })), made);
    assert.equal(table.findCancelled(request({ via, method: 'CANCEL' })), made);
    for (const other of [{ callId: 'd' }, { cseqNumber: 6 }, { from: '<sip:a@h>;tag=g' }, { uri: 'sip:x@h' }]) {
      assert.equal(table.findServer(request({ via, ...other })), undefined);
    }
  }
});

test('responses find their client transaction by branch and CSeq method', () => {
  const table = new TransactionTable<string>();
  const made = table.addClient('INVITE', 'z9hG4bK1', 'call', defaultTimers, true);
  assert.equal(made?.kind, 'invite-client');
  assert.equal(table.findClient(response(request(), 180)), made);
  assert.equal(table.findClient(response(request({ method: 'CANCEL' }), 200)), undefined);
  assert.equal(table.findClient(response(request({ via: 'SIP/2.0/UDP gw' }), 200)), undefined);
});

test('a request that comes again by another way is merged, one inside a dialog is not', () => {
  const table = new TransactionTable<string>();
  const made = table.addServer(request(), 'call', defaultTimers, false, peer)!;
  const via = 'SIP/2.0/UDP gw;branch=z9hG4bK9';
  assert.equal(table.isMerged(request({ via })), true);
  assert.equal(table.isMerged(request({ via, cseqNumber: 6 })), false);
  assert.equal(table.isMerged(request({ via, to: '<sip:b@h>;tag=t' })), false);
  assert.equal(table.isMerged(request({ via, method: 'ACK' })), false);
  table.remove(made);
  assert.deepEqual([table.isMerged(request({ via })), table.size], [false, 0]);
});

test('one deadline wakes all, in order, and what is over is forgotten', () => {
  const table = new TransactionTable<string>();
  const first = table.addClient('BYE', 'z9hG4bK1', 'one', { ...defaultTimers, t1: 100 }, false)!;
  const second = table.addClient('BYE', 'z9hG4bK2', 'two', defaultTimers, true)!;
  table.receive(first, 'start', 0);
  table.receive(second, 'start', 0);
  const seen: string[] = [];
  for (let now = table.nextDeadline; now < Number.POSITIVE_INFINITY; now = table.nextDeadline) {
    for (let due = table.due(now); due !== undefined; due = table.due(now)) {
      for (const action of table.tick(due, now)) seen.push(`${now} ${due.owner} ${action}`);
    }
  }
  assert.deepEqual(seen, [
    '100 one send request',
    '300 one send request',
    '700 one send request',
    '1500 one send request',
    '3100 one send request',
    '6300 one send request',
    '6400 one report timeout',
    '32000 two report timeout',
  ]);
  assert.equal(table.size, 0);
});

test('no source can take more of the table than its share, and what ends is given back', () => {
  const table = new TransactionTable<string>({ transactions: 10, served: { inAll: 3, ofSource: 2 } });
  const serve = (i: number, source: string) =>
    table.addServer(
      request({ callId: `c${i}`, via: `SIP/2.0/UDP gw;branch=z9hG4bK${i}` }),
      'x',
      defaultTimers,
      true,
      source,
    );
  const first = serve(1, '192.0.2.1')!;
  assert.ok(serve(2, '192.0.2.1'));
  assert.equal(serve(2, '192.0.2.1'), undefined);
  assert.equal(serve(3, '192.0.2.1'), undefined);
  assert.ok(serve(4, '192.0.2.2'));
  assert.equal(serve(5, '192.0.2.3'), undefined);
  assert.deepEqual(table.served, {
    what: 'requests being served',
    now: 3,
    bound: 3,
    perSource: 2,
    refused: 3,
    ended: 0,
  });
  table.remove(first);
  table.remove(first);
  assert.ok(serve(6, '192.0.2.3'));
  assert.equal(table.served.now, 3);
});

test('the table has a bound and counts what it refuses', () => {
  const table = new TransactionTable<string>({ transactions: 1, served: { inAll: 1, ofSource: 1 } });
  const made = table.addClient('BYE', 'z9hG4bK1', 'one', defaultTimers, true)!;
  assert.equal(table.addClient('BYE', 'z9hG4bK2', 'two', defaultTimers, true), undefined);
  assert.equal(table.addServer(request(), 'three', defaultTimers, true, peer), undefined);
  assert.deepEqual([table.size, table.refused], [1, 2]);
  table.receive(made, 'start', 0);
  table.receive(made, '2xx', 1);
  assert.deepEqual([table.size, table.nextDeadline], [0, Number.POSITIVE_INFINITY]);
  // Events that come after the end are heard by nobody and bring nothing back.
  assert.deepEqual(table.receive(made, '2xx', 2), []);
  assert.equal(table.size, 0);
});
