import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CaPlaces, readDatabaseUrl } from './ca-places.ts';

const table: readonly (readonly [url: string, place: ReturnType<typeof folder> | string])[] = [
  ['nvram:', folder('')],
  ['NVRAM:/names', folder('names')],
  ['nvram:a/b', folder('a/b')],
  ['flash:', folder('flash')],
  ['flash:/certs', folder('flash/certs')],
  ['tftp://192.0.2.1/ca', { remote: 'tftp://192.0.2.1/ca/' }],
  ['ftp://192.0.2.1/ca', 'only nvram:, other local folders and tftp: are known'],
  ['tftp:', 'only nvram:, other local folders and tftp: are known'],
  ['nvram:requests', 'the folder requests is used already'],
  ['nvram:../keys', 'a folder has letters, digits, dots, hyphens and underscores'],
  ['nvram:a/b/c/d/e', 'a folder has letters, digits, dots, hyphens and underscores'],
];

function folder(name: string): { readonly folder: string } | { readonly remote: string } {
  return { folder: name };
}

for (const [url, place] of table) {
  test(`database url ${url} ${typeof place === 'string' ? `is refused: ${place}` : `is ${JSON.stringify(place)}`}`, () => {
    const read = readDatabaseUrl(url);
    assert.deepEqual(read.ok ? read.value : read.reason, place);
  });
}

test('a kind has the place of its own line, else the one for all; a remote place takes copies and leaves the file in NVRAM', () => {
  const places = new CaPlaces({ all: 'nvram:store', crl: 'tftp://h/lists', cnm: 'nvram:names' }, { crl: 'tftp://w' });
  assert.equal(places.file('crt', '02.cer'), 'store/02.cer');
  assert.equal(places.file('cnm', '02.cnm'), 'names/02.cnm');
  assert.equal(places.file('crl', 'ca.crl'), 'ca.crl');
  assert.deepEqual(places.copies('crl', 'ca.crl'), ['tftp://h/lists/ca.crl', 'tftp://w/ca.crl']);
  assert.deepEqual(places.copies('crt', '02.cer'), []);
});

test('the serial number is copied nowhere', () => {
  const places = new CaPlaces({ all: 'tftp://h' });
  assert.deepEqual(places.copies('ser', 'serial'), []);
  assert.equal(places.file('ser', 'serial'), 'serial');
});
