import assert from 'node:assert/strict';
import type { Gateway } from './gateway.ts';
import { loopback } from './port.ts';

/** What a router has before a procedure begins: its name, its address, and that SIP keeps to it. */
export async function addressed(router: Gateway, hostname: string, address: string): Promise<void> {
  const [network] = /^\d+\.\d+/.exec(address) ?? [];
  await router.configure(
    `hostname ${hostname}`,
    'interface GigabitEthernet0/0',
    `ip address ${address} 255.255.255.0`,
    'ip http source-interface GigabitEthernet0/0',
    'voice service voip',
    'ip address trusted list',
    `ipv4 ${network}.0.0 255.255.0.0`,
    `ipv4 ${loopback}`,
    'exit',
    'allow-connections sip to sip',
    'sip',
    'bind all source-interface GigabitEthernet0/0',
  );
}

/** A certificate server at a port of HTTP. */
export async function becomeAuthority(
  router: Gateway,
  name: string,
  http: number,
  grant: 'auto' | 'none' = 'auto',
): Promise<void> {
  await router.configure('ip http server', `ip http port ${http}`);
  await router.configure(`crypto pki server ${name}`, `issuer-name CN=${name}`, `grant ${grant}`);
  await router.type('configure terminal');
  await router.type(`crypto pki server ${name}`);
  await router.type('no shutdown', /% Certificate Server enabled\./);
  await router.type('end');
}

export interface Enrolment {
  readonly trustpoint: string;
  readonly url: string;
  /** Names the certificate, as in the document's example. */
  readonly address: string;
}

/** Steps 1 to 20, which both procedures begin with: key pair, trustpoint, CA certificate, certificate, TLS for SIP. */
export async function sharedSteps(router: Gateway, { trustpoint, url, address }: Enrolment): Promise<void> {
  await router.type('disable');
  await router.type('enable');
  await router.type('configure terminal');
  await router.type(
    'crypto key generate rsa general-keys label kp1 exportable modulus 2048 storage nvram:',
    /\[OK\] \(elapsed time was \d+ seconds?\)/,
  );
  await plain(
    router,
    `crypto pki trustpoint ${trustpoint}`,
    'rsakeypair kp1 2048 2048',
    'serial-number',
    `ip-address ${address}`,
    `subject-name CN=${address}`,
    'enrollment retry period 1',
    'enrollment retry count 10',
    `enrollment url ${url}`,
    'crl optional',
    'password 7 011E0305481F0B0E2F',
    'exit',
  );
  await router.type(`crypto ca authenticate ${trustpoint}`, /accept this certificate\? \[yes\/no\]: /);
  await router.type('yes', /Trustpoint CA certificate accepted\./);
  const begun = router.output.length;
  await router.type(`crypto ca enroll ${trustpoint}`, /Request certificate from CA\? \[yes\/no\]: /);
  await router.type('yes', /% Certificate request sent to Certificate Authority/);
  await router.child.waitFor(/%PKI-6-CERTRET/, begun);
  const signaling = `crypto signaling default trustpoint ${trustpoint}`;
  await plain(router, 'sip-ua', signaling, 'voice service voip', 'sip', 'url sips', 'session transport tcp tls', 'end');
}

/** Lines that have nothing to say. */
export async function plain(router: Gateway, ...lines: readonly string[]): Promise<void> {
  for (const line of lines) assert.doesNotMatch(await router.type(line), /^%/m, line);
}
