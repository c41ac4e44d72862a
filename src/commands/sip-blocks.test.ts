import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sipDefaults } from '../sip/settings.ts';
import { TestConsole } from './test-console.ts';

const set = [
  'voice service voip',
  'allow-connections sip to sip',
  'sip',
  'url sips',
  'session transport tcp tls',
  'sip-ua',
  'retry invite 2',
  'keepalive target dns:a',
  'no transport udp',
];

test('the beginnings of voice service voip are understood behind no as they are without it', async () => {
  const lines = ['no voice', 'no voice service', 'default voice service'];
  for (const line of lines) {
    assert.deepEqual(await new TestConsole().configure(line), ['% Incomplete command.', ''], line);
  }
});

test('no and default of a block reset what is set in it, and nothing else', async () => {
  const { sip: all } = await configured();
  for (const form of ['no', 'default']) {
    const { maxForwards, ...sipUa } = await after(`${form} sip-ua`);
    assert.equal(maxForwards, 70);
    assert.deepEqual(sipUa, {
      ...sipUa,
      retry: {},
      transports: sipDefaults.transports,
      url: 'sips',
      allowSipToSip: true,
    });
    assert.deepEqual(await after('voice service voip', `${form} sip`), {
      ...all,
      url: sipDefaults.url,
      sessionTransport: sipDefaults.sessionTransport,
    });
    assert.deepEqual(await after(`${form} voice service voip`), {
      ...all,
      url: sipDefaults.url,
      sessionTransport: sipDefaults.sessionTransport,
      allowSipToSip: false,
    });
  }
});

test('the kept lines of a block go with it', async () => {
  const console = new TestConsole();
  await console.configure(...set);
  assert.ok(console.running.includes(' keepalive target dns:a'));
  await console.configure('no sip-ua');
  assert.ok(!console.running.includes('sip-ua'));
});

test('no sip under voice service voip stays there', async () => {
  const console = new TestConsole();
  const screen = await console.type(
    'configure terminal',
    ...set,
    'voice service voip',
    'no sip',
    'no allow-connections sip to sip',
  );
  assert.equal(screen.at(-1), 'Router(conf-voi-serv)#no allow-connections sip to sip');
  assert.ok(!console.running.includes('voice service voip'));
});

async function configured() {
  const console = new TestConsole();
  assert.deepEqual(await console.configure(...set), []);
  return console.store.running;
}

/** The SIP settings when these lines are typed behind the others. */
async function after(...lines: readonly string[]) {
  const console = new TestConsole();
  assert.deepEqual(await console.configure(...set, ...lines), []);
  return console.store.running.sip;
}
