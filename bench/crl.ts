/**
 * How long the reading of a large CRL holds everything else up: the longest time between two turns of the event loop while a
 * list of so many revoked certificates is read, whole and in pieces. `node bench/crl.ts [entries]`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { readCertificate } from '../src/pki/index.ts';
import { crlFault, entriesFault, readCrl } from '../src/pki/revocation/crl.ts';
import { authority, certificate } from '../test/certificates.ts';
import { revocationList } from '../test/revocation.ts';

const entries = Number(process.argv[2] ?? 90_000);
const root = authority('Root');
const now = Date.now();
const some = Array.from({ length: 300 }, (_, at) => certificate(`peer ${at}`, { issuer: root }));
const revoked = Array.from({ length: entries }, (_, at) => some[at % some.length]!);
const der = revocationList(root, { revoked, thisUpdate: now - 1000, nextUpdate: now + 86_400_000 });
const issuer = readCertificate(root.der);
if (!issuer.ok) throw new Error(issuer.reason);

/** Milliseconds: the longest that a timer of one millisecond was late while the list was read. */
async function longestHold(pauses: () => Promise<void>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  const watch = setInterval(() => {
    const at = performance.now();
    longest = Math.max(longest, at - last);
    last = at;
  }, 1);
  await sleep(20);
  longest = 0;
  const list = readCrl(der);
  if (!list.ok || !issuer.ok) throw new Error('the list cannot be read');
  const fault = crlFault(list.value, issuer.value, now) ?? (await entriesFault(list.value, pauses));
  if (fault !== undefined) throw new Error(fault);
  await sleep(5);
  clearInterval(watch);
  return longest;
}

for (let round = 0; round < 3; round++) {
  const whole = await longestHold(() => Promise.resolve());
  const pieces = await longestHold(() => sleep(0));
  console.log(
    `${entries} entries, ${der.length} bytes: whole ${whole.toFixed(1)} ms, in pieces ${pieces.toFixed(1)} ms`,
  );
}
