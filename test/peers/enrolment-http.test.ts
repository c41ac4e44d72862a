import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { after, before, suite, test } from 'node:test';
import { Authority } from './certificates.ts';
import { run } from './child.ts';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { freePort, loopback } from './port.ts';
import { Scene } from './scene.ts';

/** A CA behind a form: openssl signs what comes with the right code. */
class FormAuthority {
  readonly asked: string[] = [];
  readonly #scene: Scene;
  readonly #ca: Authority;
  readonly #server: Server;

  constructor(scene: Scene, ca: Authority) {
    this.#scene = scene;
    this.#ca = ca;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
    });
  }

  async start(port: number): Promise<void> {
    await new Promise<void>((resolve) => void this.#server.listen(port, loopback, resolve));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => void this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.asked.push(`${request.method} ${request.url}`);
    if (request.url === '/certs/ca.der') {
      const der = this.#scene.path('form-ca.der');
      await run('openssl', ['x509', '-in', this.#ca.certificate, '-outform', 'der', '-out', der]);
      response.end(readFileSync(der));
      return;
    }
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(Buffer.from(piece as Uint8Array));
    const form = new URLSearchParams(Buffer.concat(pieces).toString());
    if (form.get('authcode') !== 'o&k 7' || form.get('reference') !== '5001') {
      response.writeHead(403).end('no');
      return;
    }
    const [asked, signed] = [this.#scene.path('form.req'), this.#scene.path('form.crt')];
    const base64 = (form.get('pkcs10Request') ?? '').match(/.{1,64}/g)?.join('\n');
    writeFileSync(asked, `-----BEGIN CERTIFICATE REQUEST-----\n${base64}\n-----END CERTIFICATE REQUEST-----\n`);
    await run('openssl', ['req', '-in', asked, '-noout', '-verify']);
    const der = this.#scene.path('form-own.der');
    await run('openssl', ['x509', '-in', await this.#ca.sign(asked, signed), '-outform', 'der', '-out', der]);
    response.end(readFileSync(der));
  }
}

suite('the gateway enrols by the HTTP commands of its profile, with a CA made of openssl', needs('openssl'), () => {
  const scene = new Scene();
  let gateway: Gateway;
  let form: FormAuthority;
  let ca: Authority;

  before(async () => {
    const port = await freePort();
    ca = await Authority.create(scene, 'form-ca');
    form = new FormAuthority(scene, ca);
    await form.start(port);
    const config = gatewayConfig({ port: await freePort(), securePort: await freePort(), routes: [] });
    const more = `crypto pki profile enrollment FORM
 authentication url http://${loopback}:${port}
 authentication command GET /certs/ca.der
 enrollment url http://${loopback}:${port}/cda-cgi/clientcgi.exe
 enrollment command POST reference=$P2&authcode=$P1&action=getServerCert&pkcs10Request=$REQ
 parameter 1 value o&k 7
 parameter 2 prompt Reference number
crypto pki trustpoint FORM
 enrollment profile FORM
 subject-name CN=west,O=Peer tests
 serial-number none
 ip-address none
 password unused
 revocation-check none
 rsakeypair form 2048
!
end
`;
    gateway = await Gateway.typed(scene, config.replace('end\n', more));
  });
  after(async () => {
    await form.stop();
    await scene.close();
  });

  test('the CA certificate is had by its command', async () => {
    await gateway.type('configure terminal');
    await gateway.type('crypto pki authenticate FORM', /accept this certificate\? \[yes\/no\]: /);
    await gateway.type('yes', /Trustpoint CA certificate accepted\./);
    assert.deepEqual(form.asked, ['GET /certs/ca.der']);
  });

  const enroll = async (reference: string): Promise<void> => {
    await gateway.type('crypto pki enroll FORM', /Request certificate from CA\? \[yes\/no\]: /);
    await gateway.type('yes', /Reference number: /);
    await gateway.type(reference);
  };

  test('a reference that the CA does not know is refused by it, and that is said', async () => {
    await enroll('4000');
    await gateway.child.waitFor(/%PKI-6-CERTFAIL: [^\n]*HTTP status 403/);
  });

  test('a request with what the CA wants to know is signed, and openssl verifies what the gateway keeps', async () => {
    await enroll('5001');
    await gateway.child.waitFor(/%PKI-6-CERTRET/);
    await gateway.type('end');
    assert.match(await gateway.type('show crypto pki certificates FORM'), /cn=west/);
    const shown = await gateway.type('show crypto pki certificates pem FORM');
    const [, own] =
      shown.replaceAll('\r', '').match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
    const file = scene.write('kept.pem', `${own}\n`);
    assert.match(await run('openssl', ['verify', '-CAfile', ca.certificate, file]), /: OK/);
    assert.match(await run('openssl', ['x509', '-in', file, '-noout', '-subject']), /CN ?= ?west/);
  });
});
