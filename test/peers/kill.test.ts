import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './child.ts';
import { authenticate, enrol, exported, request, type ScepServer, scepServer, scepTrustpoint } from './enrolment.ts';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { freePort } from './port.ts';
import { Scene } from './scene.ts';

const rounds = 12;
const stepMs = 15;

/** Enough to make the writing of startup-config take a while. */
const hosts = Array.from(
  { length: 1500 },
  (_, i) => `ip host a-station-with-a-long-name-${i} 10.0.${i >> 8}.${i & 255}`,
);

/** What is known to have been reached, and must be found again whenever the gateway is killed. */
interface State {
  readonly saved: number;
  readonly authenticated: boolean;
  readonly enrolled: boolean;
}

suite('kill -9, again and again, while the gateway enrols and saves', needs('scepserver', 'openssl'), () => {
  const scene = new Scene();
  let server: ScepServer;
  let gateway: Gateway;
  let state: State = { saved: 0, authenticated: false, enrolled: false };
  let next = 1;

  before(async () => {
    server = await scepServer(scene);
    await server.start();
    const trustpoint = scepTrustpoint('SCEP', server.url, ['auto-enroll 80 regenerate']);
    const config = gatewayConfig({ port: await freePort(), securePort: await freePort(), routes: [] });
    gateway = await Gateway.typed(scene, config.replace('end\n', `${trustpoint}end\n`));
    await gateway.type('configure terminal');
    await gateway.type(hosts.join('\n'));
    await gateway.type('end');
    await save(0);
  });
  after(() => scene.close());

  function typedSave(number: number): string {
    return `configure terminal\ninterface Loopback0\ndescription save-${number}\nend\nwrite memory\n`;
  }

  async function save(number: number): Promise<void> {
    await gateway.type(typedSave(number).trimEnd(), /\[OK\]/);
  }

  /** The newest save that startup-config holds, which is whole. */
  function savedOnDisk(): number {
    const file = readFileSync(scene.path('nvram/startup-config'), 'utf8');
    assert.match(file, /^!\nversion [\s\S]*\nend\n$/);
    for (const line of hosts) assert.ok(file.includes(`\n${line}\n`), line);
    const strays = readdirSync(scene.path('nvram')).filter((name) => /startup-config./.test(name));
    assert.ok(strays.length <= 1, 'what a kill leaves behind does not pile up');
    return Number(/^ description save-(\d+)$/m.exec(file)?.[1]);
  }

  /** What stands after a boot: nothing damaged, no certificate without its key, nothing lost that was there. */
  async function whole(): Promise<State> {
    const saved = savedOnDisk();
    assert.ok(saved >= state.saved && saved < next, `${saved} was found, ${state.saved} was saved`);
    assert.doesNotMatch(gateway.output, /UNREADABLE|damaged|CONFIG_LINE/);
    assert.match(
      await gateway.type('show running-config interface Loopback0'),
      new RegExp(`description save-${saved}\\b`),
    );
    const shown = await gateway.type('show crypto pki trustpoints status');
    const enrolled = shown.includes('Router General Purpose certificate configured');
    const authenticated = shown.includes('Issuing CA authenticated ....... Yes');
    if (enrolled) assert.match(shown, /Keys generated \.+ Yes/);
    assert.ok(enrolled || !state.enrolled, 'the certificate was lost');
    assert.ok(authenticated || !state.authenticated, 'the CA certificate was lost');
    return { saved, enrolled, authenticated };
  }

  test('startup-config is the old or the new one, whole; the certificate too; and it boots with them', async () => {
    for (let round = 0; round < rounds; round++) {
      if (!state.authenticated) await authenticate(gateway, 'SCEP');
      else await request(gateway, 'SCEP');
      const begun = gateway.output.length;
      const first = next;
      for (; next < first + 40; next++) gateway.child.write(typedSave(next));
      // Every other time it saves already: the prompt comes back with the first answer of the CA.
      if (round % 2 === 1) await gateway.child.waitFor(/\[OK\]/, begun);
      await sleep(round * stepMs);
      gateway.child.process.kill('SIGKILL');
      await gateway.child.exit();
      const saves = gateway.output.slice(begun).match(/\[OK\]/g)?.length ?? 0;
      if (saves > 0) state = { ...state, saved: first - 1 + saves };
      gateway = await Gateway.boot(scene);
      state = await whole();
    }
    assert.ok(state.saved > 0 && state.authenticated);
  });

  test('in the end it enrols, and openssl accepts the certificate', async () => {
    await enrol(gateway, 'SCEP');
    assert.match(await gateway.type('show crypto pki timers'), /RENEW SCEP/);
    const certificate = await exported(scene, gateway, 'SCEP');
    assert.match(await run('openssl', ['verify', '-CAfile', server.certificate, certificate]), /: OK/);
    assert.doesNotMatch(gateway.output, /password[^\n]*secret/);
    assert.equal(await gateway.leave(), 0);
  });
});
