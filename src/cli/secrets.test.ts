import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutSecrets } from './secrets.ts';

const lines: readonly [typed: string, told: string][] = [
  ['  retry invite 11', '  retry invite 11'],
  ['authentication username bobby password 0 hunter2', 'authentication username bobby password ***'],
  ['credentials username a PASSW 7 0822 realm r', 'credentials username a PASSW ***'],
  ['enable secret 5 $1$x', 'enable secret ***'],
  ['\tusername a privilege 15 sec x', '\tusername a privilege 15 sec ***'],
  ['key 7 0822', 'key ***'],
  ['snmp-server community TOPSEC3 RO', 'snmp-server community ***'],
  ['key-string abc', 'key-string ***'],
  ['passphrase "two words"', 'passphrase ***'],
  ['do crypto pki export tp pem terminal 3des opensesame', 'do crypto pki export ***'],
  ['cry pki imp tp pem term opensesame', 'cry pki imp ***'],
  ['password', 'password'],
  ['registrar dns:a secondary tcp', 'registrar dns:a secondary tcp'],
  [`MII${'Ab+/'.repeat(15)}=`, '***'],
];

test('a line is told without what is secret in it', () => {
  for (const [typed, told] of lines) assert.equal(withoutSecrets(typed), told);
});
