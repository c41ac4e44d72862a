import { test } from 'node:test';
import type { Args } from './syntax.ts';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Fails to compile when the two types differ. */
function same<A, B>(_equal: Same<A, B>): void {}

type Branch<U, K extends PropertyKey> = U extends Record<K, unknown> ? U : never;

test('the type system reads a handler arguments out of the syntax', () => {
  same<Args<'show version'>, Record<never, never>>(true);
  same<Args<'hostname <name>'>, { name: string }>(true);
  same<Args<'retry invite <count:int(1-10)>'>, { count: number }>(true);
  same<Args<'ip address <address:ipv4> <mask:mask>'>, { address: string; mask: string }>(true);
  same<Args<'ip host <host-name:word> <address:ipv4>...'>, { hostName: string; address: string[] }>(true);
  same<Args<'speed <value:dec>'>, { value: number }>(true);
});

test('keywords become flags only in groups, and only where no argument says as much', () => {
  type R = Args<'registrar <target:word> [expires <seconds:int(60-65535)>] [tcp [tls]] [secondary]'>;
  same<R, { target: string; seconds?: number; tcp?: true; tls?: true; secondary?: true }>(true);
  same<Args<'crypto x [strict-cipher]'>, { strictCipher?: true }>(true);
});

test('a choice is a union that can be destructured', () => {
  type T = Args<'signaling {default | remote-addr <address:ipv4> <mask:mask>} trustpoint <name:word>'>;
  same<T['name'], string>(true);
  same<T['address'], string | undefined>(true);
  same<T['default'], true | undefined>(true);
  same<Branch<T, 'address'>['mask'], string>(true);
});

test('options in any order are all optional', () => {
  type T = Args<'generate rsa [label <label:word> | exportable | modulus <bits:int(360-4096)>]...'>;
  same<T, { label?: string; exportable?: true; bits?: number }>(true);
});

test('a syntax that is not known at compile time gives unknown arguments', () => {
  same<Args<string>, Record<string, unknown>>(true);
});

test('an unknown argument type is an error where the argument is used', () => {
  type T = Args<'x <y:colour>'>;
  same<T, { y: string }>(false);
});
