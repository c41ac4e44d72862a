import assert from 'node:assert/strict';
import { firstPem } from './certificates.ts';
import { type Child, run } from './child.ts';
import type { Gateway } from './gateway.ts';
import { bound, freePort, loopback } from './port.ts';
import type { Scene } from './scene.ts';

export const challenge = 'secret';

export interface ScepServer {
  readonly url: string;
  /** File of its CA certificate. */
  readonly certificate: string;
  /** Begins it; it is down before. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** The server of the `scep` package, with a CA of its own; it grants whoever knows the challenge password. */
export async function scepServer(scene: Scene): Promise<ScepServer> {
  const [port, depot] = [await freePort(), scene.path('depot')];
  await run('scepserver', ['ca', '-init', '-depot', depot, '-organization', 'Peer tests', '-key-password', '']);
  let running: Child | undefined;
  return {
    url: `http://${loopback}:${port}/scep`,
    certificate: `${depot}/ca.pem`,
    start: async () => {
      running = scene.start('scepserver', [
        '-depot',
        depot,
        '-port',
        `${port}`,
        '-challenge',
        challenge,
        '-allowrenew',
        '0',
      ]);
      await bound('tcp', port);
    },
    stop: async () => void (await running?.end()),
  };
}

/** A trustpoint that enrols by SCEP, as lines of a configuration. `more`: further lines under it. */
export function scepTrustpoint(name: string, url: string, more: readonly string[] = []): string {
  const lines = [
    `enrollment url ${url}`,
    'serial-number none',
    'ip-address none',
    `password 0 ${challenge}`,
    'subject-name CN=west,O=Peer tests',
    'revocation-check none',
    'rsakeypair scep 2048',
    ...more,
  ];
  return `crypto pki trustpoint ${name}\n ${lines.join('\n ')}\n!\n`;
}

/** Fetches the CA certificate and accepts it. */
export async function authenticate(gateway: Gateway, trustpoint: string): Promise<void> {
  await gateway.type('configure terminal');
  await gateway.type(`crypto pki authenticate ${trustpoint}`, /accept this certificate\? \[yes\/no\]: /);
  await gateway.type('yes', /Trustpoint CA certificate accepted\./);
  await gateway.type('end');
}

/** Asks for a certificate, again when there is one, and answers the last question; does not wait for what follows. */
export async function request(gateway: Gateway, trustpoint: string): Promise<void> {
  await gateway.type('configure terminal');
  const begun = gateway.output.length;
  await gateway.type(`crypto pki enroll ${trustpoint}`, /(?:re-enrollment|from CA)\? \[yes\/no\]: /);
  if (gateway.output.slice(begun).includes('re-enrollment')) await gateway.type('yes', /from CA\? \[yes\/no\]: /);
  gateway.child.write('yes\nend\n');
}

/** The same, and waits for what becomes of it: what the log says. */
export async function outcome(gateway: Gateway, trustpoint: string): Promise<string> {
  const begun = gateway.output.length;
  await request(gateway, trustpoint);
  const [told] = await gateway.child.waitFor(/%PKI-6-CERT(?:RET|FAIL|REJECT)[^\n]*/, begun, 60_000);
  return told;
}

/** The same, and it must be granted. */
export async function enrol(gateway: Gateway, trustpoint: string): Promise<void> {
  assert.match(await outcome(gateway, trustpoint), /CERTRET/);
}

/** The trustpoint's own certificate as `crypto pki export` shows it, in a file. */
export async function exported(scene: Scene, gateway: Gateway, trustpoint: string): Promise<string> {
  await gateway.type('configure terminal');
  const shown = await gateway.type(`crypto pki export ${trustpoint} pem terminal`);
  await gateway.type('end');
  const [, own = ''] = shown.split('% General Purpose Certificate:');
  return scene.write(`${trustpoint}-own.pem`, `${firstPem(own.replaceAll('\r', ''))}\n`);
}
