import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TrustpointSettings, trustpointDefaults } from '../settings.ts';
import { acmeNames } from './acme-enrollments.ts';

const rows: readonly [said: Partial<TrustpointSettings>, names: readonly string[]][] = [
  [{}, ['west.lab']],
  [{ fqdn: 'none' }, []],
  [{ fqdn: 'Gw.Lab' }, ['gw.lab']],
  [{ subjectAltNames: ['a.lab', 'b.lab', 'A.lab'] }, ['a.lab', 'b.lab']],
  [
    { subjectName: 'cn=c.lab,o=Lab', fqdn: 'gw.lab', subjectAltNames: ['c.lab', 'a.lab'] },
    ['c.lab', 'gw.lab', 'a.lab'],
  ],
  [{ subjectName: 'cn=West,o=Lab' }, ['west.lab']],
  [{ subjectName: 'rubbish', fqdn: 'none', subjectAltNames: ['flat', '10.0.0.1x', 'a.lab'] }, ['10.0.0.1x', 'a.lab']],
];
for (const [said, names] of rows) {
  test(`${JSON.stringify(said)} asks an ACME server for ${names.join(', ') || 'nothing'}`, () => {
    const settings = { name: 'TP', ...trustpointDefaults, ...said };
    assert.deepEqual(acmeNames(settings, { fqdn: 'west.lab' }), names);
  });
}
