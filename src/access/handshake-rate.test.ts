import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HandshakeRate } from './handshake-rate.ts';

/** How many of `count` are let through at one instant. */
function taken(rate: HandshakeRate, address: string, now: number, count = 100): number {
  return Array.from({ length: count }, () => rate.take(address, now)).filter((answer) => answer === 'taken').length;
}

test('an address has a burst, then one a second', () => {
  const rate = new HandshakeRate();
  assert.equal(taken(rate, 'a', 5000), 20);
  assert.equal(rate.take('a', 5999), 'address');
  assert.equal(taken(rate, 'a', 6000), 1);
  assert.equal(taken(rate, 'a', 9000), 3);
});

test('all addresses together have a burst, then five a second', () => {
  const rate = new HandshakeRate();
  const sum = ['a', 'b', 'c', 'd'].reduce((total, address) => total + taken(rate, address, 0), 0);
  assert.equal(sum, 60);
  assert.equal(rate.take('e', 0), 'all');
  assert.equal(taken(rate, 'e', 1000), 5);
});

test('one address that is refused takes nothing from the others', () => {
  const rate = new HandshakeRate();
  assert.equal(taken(rate, 'a', 0, 1000), 20);
  assert.equal(taken(rate, 'b', 0), 20);
});

test('who logs in is paid back, and no more than that', () => {
  const rate = new HandshakeRate();
  for (let i = 0; i < 200; i++) {
    assert.equal(rate.take('a', 0), 'taken');
    rate.payBack('a', 0);
  }
  rate.payBack('a', 0);
  assert.equal(taken(rate, 'a', 0), 20);
});

test('the addresses it remembers are bounded', () => {
  const rate = new HandshakeRate();
  taken(rate, 'a', 0);
  for (let i = 0; i < 2000; i++) rate.take(`b${i}`, 1_000_000 + i * 1000);
  assert.equal(taken(rate, 'a', 3_000_000), 20);
});
