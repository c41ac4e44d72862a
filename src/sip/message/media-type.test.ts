import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mediaType } from './media-type.ts';

test('a media type is the same in every case, with blanks around its slash, and with parameters', () => {
  for (const text of ['application/sdp', ' Application/SDP', 'application / sdp ;charset=x/y', 'application\t/sdp;a'])
    assert.equal(mediaType(text), 'application/sdp', text);
});

test('what is no media type is none of those that are known', () => {
  for (const text of ['', ';', 'application', 'app lication/sdp', 'application/s dp', 'application//sdp'])
    assert.notEqual(mediaType(text), 'application/sdp', text);
});
