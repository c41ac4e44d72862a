import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Identity } from './certificates.ts';
import { loopback } from './port.ts';
import type { Scene } from './scene.ts';

export interface Visit {
  readonly port: number;
  /** File of the certificates whose gateway is believed. */
  readonly trust: string;
  readonly identity: Identity;
  /** What the handshake offers: arguments of `openssl s_client`. */
  readonly offer: readonly string[];
  /** Typed once the handshake is over, and what is waited for then. */
  readonly first?: { readonly typed: string; readonly until: RegExp };
}

let visits = 0;

/** Connects by `openssl s_client`, sends OPTIONS, and returns what it printed until an answer or the end of the connection. */
export async function visit(scene: Scene, { port, trust, identity, offer, first }: Visit): Promise<string> {
  const target = ['s_client', '-connect', `${loopback}:${port}`, '-CAfile', trust, ...offer];
  const child = scene.start('openssl', [...target, '-cert', identity.certificate, '-key', identity.key]);
  if (first !== undefined) {
    await child.waitFor(/Verify return code|Verification|errno|error/);
    child.write(first.typed);
    await child.waitFor(first.until);
  }
  child.write(options(port));
  const end = performance.now() + 20_000;
  while (child.running && !/SIP\/2\.0 \d/.test(child.output) && performance.now() < end) await sleep(20);
  assert.ok(performance.now() < end, `neither answered nor closed: ${child.output}`);
  await child.end();
  return child.output;
}

function options(port: number): string {
  const lines = [
    `OPTIONS sip:gw@${loopback}:${port};transport=tls SIP/2.0`,
    `Via: SIP/2.0/TLS ${loopback}:5061;branch=z9hG4bK-visit-${++visits}`,
    'Max-Forwards: 70',
    'From: <sip:visit@example.test>;tag=visit',
    `To: <sip:gw@${loopback}>`,
    `Call-ID: visit-${visits}@example.test`,
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}
