import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { readCertificate } from '../../src/pki/index.ts';
import { constraintFault } from '../../src/pki/name-constraints.ts';
import { firstPem, pem } from './certificates.ts';
import { run } from './child.ts';
import { needs } from './peer.ts';
import { Scene } from './scene.ts';

/** What the CA may give, and what it gave; both as openssl writes them. */
const cases: readonly (readonly [constraints: string, names: string, subject?: string])[] = [
  ['permitted;DNS:example.com', 'DNS:a.example.com'],
  ['permitted;DNS:example.com', 'DNS:badexample.com'],
  ['permitted;DNS:.example.com', 'DNS:a.example.com'],
  ['permitted;DNS:.example.com', 'DNS:example.com'],
  ['excluded;DNS:example.com', 'DNS:a.example.com'],
  ['permitted;DNS:example.com,excluded;DNS:bad.example.com', 'DNS:bad.example.com'],
  ['permitted;URI:example.com', 'URI:https://example.com/x'],
  ['permitted;URI:example.com', 'URI:https://a.example.com/x'],
  ['permitted;URI:.example.com', 'URI:https://a.example.com/x'],
  ['permitted;IP:10.0.0.0/255.0.0.0', 'IP:10.1.2.3'],
  ['permitted;IP:10.0.0.0/255.0.0.0', 'IP:11.1.2.3'],
  ['excluded;IP:10.0.0.0/255.0.0.0', 'IP:10.1.2.3'],
  ['permitted;IP:2001:db8:0:0:0:0:0:0/ffff:ffff:0:0:0:0:0:0', 'IP:2001:db8::1'],
  ['permitted;email:example.com', 'email:a@example.com'],
  ['permitted;email:example.com', 'email:a@other.org'],
  ['permitted;dirName:lab', 'DNS:x.y', '/O=Lab/CN=west'],
  ['permitted;dirName:lab', 'DNS:x.y', '/O=Other/CN=west'],
];

suite('name constraints are read as openssl reads them', needs('openssl'), () => {
  const scene = new Scene();
  after(() => scene.close());

  for (const [constraints, names, subject = '/O=Lab/CN=west'] of cases) {
    test(`${constraints} over ${names} of ${subject}`, async () => {
      const [ca, key, leaf, request] = ['ca', 'key', 'leaf', 'req'].map((name) => scene.path(`${name}.pem`)) as [
        string,
        string,
        string,
        string,
      ];
      const config = scene.write(
        'ca.cnf',
        `[req]\ndistinguished_name=dn\nx509_extensions=ext\nprompt=no\n[dn]\nCN=Limited\n[ext]\nbasicConstraints=critical,CA:TRUE\nnameConstraints=critical,${constraints}\n[lab]\nO=Lab\n`,
      );
      const fresh = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
      await run('openssl', ['req', '-x509', ...fresh, '-keyout', key, '-out', ca, '-config', config, '-days', '2']);
      const own = ['-keyout', scene.path('own.pem'), '-subj', subject, '-addext', `subjectAltName=${names}`];
      await run('openssl', ['req', ...fresh, ...own, '-out', request]);
      await run('openssl', [
        'x509',
        '-req',
        '-in',
        request,
        '-CA',
        ca,
        '-CAkey',
        key,
        '-copy_extensions',
        'copy',
        '-out',
        leaf,
        '-days',
        '1',
      ]);
      const theirs = await run('openssl', ['verify', '-CAfile', ca, leaf]).then(
        () => 'allowed',
        (error: unknown) =>
          /permitted subtree violation|excluded subtree violation/.test(String(error)) ? 'refused' : String(error),
      );
      const [above, below] = [ca, leaf].map((file) => {
        const der = Buffer.from(firstPem(pem(file)).replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
        const read = readCertificate(der);
        assert.ok(read.ok, JSON.stringify(read));
        return read.value;
      });
      assert.ok(above?.nameConstraints !== undefined && below !== undefined);
      const fault = constraintFault(below, above.nameConstraints);
      assert.equal(fault === undefined ? 'allowed' : 'refused', theirs, fault?.words);
    });
  }
});
