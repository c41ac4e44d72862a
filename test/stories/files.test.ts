import assert from 'node:assert/strict';
import { test } from 'node:test';
import { certificatePem } from '../../src/pki/index.ts';
import { type Router, type Scene, story } from './scene.ts';
import { TftpServer } from './tftp-server.ts';

async function tftp(scene: Scene): Promise<TftpServer> {
  return TftpServer.open(scene.world.host(['10.0.0.8']), '10.0.0.8');
}

async function authority(scene: Scene): Promise<Router> {
  const ca = await scene.router('10.0.0.9');
  const made = ['crypto pki server labca', 'issuer-name CN=lab CA', 'no shutdown', 'lab-password', 'lab-password'];
  await scene.during(ca.type('configure terminal', ...made, 'end'));
  await scene.during(ca.gateway.world.pki.settled());
  return ca;
}

test(
  'a trustpoint enrols through files on a TFTP server, in the dialogs of IOS',
  story(async (scene) => {
    const [server, ca] = [await tftp(scene), await authority(scene)];
    const { pki } = ca.gateway.world;
    const west = await scene.router(
      '10.0.0.1',
      `hostname west
ip domain name lab.example
ip host files 10.0.0.8
crypto pki trustpoint lab
 enrollment url tftp://files
 serial-number none
 ip-address none
 subject-name CN=west
 revocation-check none
 rsakeypair lab 1024
`,
    );
    await west.type('configure terminal');
    const missing = await west.typePatiently('crypto pki authenticate lab');
    assert.equal(missing[1], '% Error in receiving Certificate Authority certificate: status = FAIL, cert length = 0');
    assert.deepEqual(west.logged('FILE_TRANSFER'), [
      '%PKI-3-FILE_TRANSFER: Cannot reach tftp://files/west.lab.example.ca: File not found',
    ]);
    server.files.set('west.lab.example.ca', Buffer.from(certificatePem(pki.authorities.report('labca')!.ca!)));
    const accepted = await west.typePatiently('crypto pki authenticate lab', 'yes');
    assert.equal(accepted.at(-1), 'Trustpoint CA certificate accepted.');
    assert.deepEqual(await west.typePatiently('crypto pki enroll lab', 'yes'), [
      'west(config)#crypto pki enroll lab',
      '% Start certificate enrollment .. ',
      '',
      '% The subject name in the certificate will include: CN=west',
      '% The subject name in the certificate will include: west.lab.example',
      'Send Certificate Request to file system? [yes/no]: yes',
      '% Request successfully sent to file system',
      '',
    ]);
    const signed = await pki.authorities.sign('labca', String(server.files.get('west.lab.example.req')));
    assert.ok(signed.ok);
    server.files.set('west.lab.example.crt', signed.value.der);
    assert.deepEqual(await west.typePatiently('crypto pki import lab certificate', 'yes'), [
      'west(config)#crypto pki import lab certificate',
      '% The fully-qualified domain name in the certificate will be: west.lab.example',
      'Retrieve Certificate from file system? [yes/no]: yes',
      '% Router Certificate successfully imported',
      '',
    ]);
    assert.equal(west.gateway.world.pki.trustpoint('lab')?.identity?.serial, signed.value.serial);
    server.close();
  }),
);

test(
  'usage keys have two requests and two certificates on a TFTP server, each imported when it is there',
  story(async (scene) => {
    const [server, ca] = [await tftp(scene), await authority(scene)];
    const { pki } = ca.gateway.world;
    const lines = ['enrollment url tftp://10.0.0.8/two', 'rsakeypair two 1024 1024', 'subject-name CN=west'];
    const settled = ['serial-number none', 'ip-address none', 'revocation-check none'];
    const trustpoint = ['crypto pki trustpoint lab', ...lines, ...settled].join('\n ');
    const west = await scene.router('10.0.0.1', `hostname west\n${trustpoint}\n`);
    server.files.set('two.ca', Buffer.from(certificatePem(pki.authorities.report('labca')!.ca!)));
    await west.type('configure terminal');
    await west.typePatiently('crypto pki authenticate lab', 'yes');
    await west.typePatiently('crypto pki enroll lab', 'yes');
    assert.deepEqual([...server.files.keys()], ['two.ca', 'two-sign.req', 'two-encr.req']);
    for (const half of ['sign', 'encr']) {
      const signed = await pki.authorities.sign('labca', String(server.files.get(`two-${half}.req`)));
      assert.ok(signed.ok);
      server.files.set(`two-${half}.crt`, signed.value.der);
      const said = await west.typePatiently('crypto pki import lab certificate', 'yes');
      assert.equal(said.at(-2), '% Router Certificate successfully imported');
    }
    const { identity, encryption } = west.gateway.world.pki.trustpoint('lab')!;
    assert.deepEqual([identity?.keyUsage, encryption?.keyUsage], ['80000000', '20000000']);
    server.close();
  }),
);

test(
  'configurations are copied to and from a TFTP server; one that is not there is an error',
  story(async (scene) => {
    const server = await tftp(scene);
    const west = await scene.router('10.0.0.1', 'hostname west\n');
    const copied = await west.typePatiently('copy running-config tftp:', '10.0.0.8', '');
    assert.deepEqual(copied.slice(1, 4), [
      'Address or name of remote host []? 10.0.0.8',
      'Destination filename [west-confg]? ',
      '!',
    ]);
    const text = String(server.files.get('west-confg'));
    assert.match(text, /^hostname west$/m);
    server.files.set('new', Buffer.from('hostname east\n'));
    await west.typePatiently('copy tftp://10.0.0.8/new running-config', '');
    assert.equal(west.gateway.hostname, 'east');
    const absent = await west.typePatiently('copy tftp://10.0.0.8/none running-config', '');
    assert.equal(absent.at(-1), '%Error opening tftp://10.0.0.8/none (File not found)');
    server.close();
  }),
);

test(
  'a self-signed certificate is made in the dialog of IOS, and show crypto pki timers says when it is renewed',
  story(async (scene) => {
    const west = await scene.router(
      '10.0.0.1',
      `hostname west
crypto pki trustpoint own
 enrollment selfsigned
 serial-number none
 ip-address none
 fqdn none
 subject-name CN=west
 revocation-check none
 rsakeypair own 1024
 auto-enroll 50
`,
    );
    await west.type('configure terminal');
    const dialog = west.type('crypto pki enroll own', 'yes');
    assert.deepEqual(await scene.during(dialog), [
      'west(config)#crypto pki enroll own',
      '% The subject name in the certificate will include: CN=west',
      '% The fully-qualified domain name will not be included in the certificate',
      'Generate Self Signed Router Certificate? [yes/no]: yes',
      '',
      'Router Self Signed Certificate successfully created',
      '',
    ]);
    await west.type('end');
    const shown = (await west.show('show crypto pki certificates own')).join('\n');
    assert.match(shown, /^ {4}renew date: 00:00:\d\d UTC Dec 31 2030$/m);
    const [title, first, ...rest] = await west.show('show crypto pki timers detail');
    assert.equal(title, 'PKI Timers');
    assert.match(first ?? '', /^\| *1824d23:59:\d\d\.\d{3}$/);
    assert.match(rest.join('\n'), /^ {2}\| *1824d23:59:\d\d\.\d{3} {2}\(2030-12-31T00:00:\d\dZ\) RENEW own$/);
  }),
);
