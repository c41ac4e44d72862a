import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  address,
  callAdmission,
  interfaceName,
  interfaces,
  logging,
  mask,
  some,
  time,
  word,
} from '../../test/random-settings.ts';
import { printTrustedEntry, type TrustedEntry } from '../sip/index.ts';
import {
  type KeepaliveServer,
  type LimitName,
  limitTable,
  retryDefaults,
  type ServiceStop,
  type SignalingEntry,
  type SipServer,
  type SipSettings,
  sipDefaults,
  type Tenant,
  type TlsVersions,
  timerDefaults,
} from '../sip/settings.ts';
import { loadConfiguration } from './load-configuration.ts';
import { commandReference } from './reference.ts';
import { printConfiguration } from './running-config.ts';
import { emptyTree, type Tree } from './tree.ts';

const { language, sections } = commandReference();
const seed = readFileSync(join(import.meta.dirname, '../../examples/seed.cfg'), 'utf8');

async function load(text: string): Promise<{ tree: Tree; problems: readonly string[] }> {
  const fail = (error: unknown): never => {
    throw error;
  };
  const { tree, problems } = await loadConfiguration(text, { language, onFault: fail });
  return { tree, problems: problems.map(({ line, text: typed, message }) => `${line}: ${typed}: ${message}`) };
}

test('the sample configuration of the document loads without an error', async () => {
  assert.deepEqual((await load(seed)).problems, []);
});

test('the sample configuration, printed and loaded again, prints the same', async () => {
  const first = printConfiguration((await load(seed)).tree, sections);
  const second = printConfiguration((await load(first)).tree, sections);
  assert.equal(second, first);
});

test('no line of the sample configuration is lost', async () => {
  const lines = (text: string): readonly string[] =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && line !== '!');
  const printed = lines(printConfiguration((await load(seed)).tree, sections));
  // The password is scrambled anew; what it reads in clear is the business of pki.
  const missing = lines(seed).filter((line) => !printed.includes(line) && !line.startsWith('password 7'));
  assert.deepEqual(missing, []);
});

test('the sample configuration takes effect', async () => {
  const { tree } = await load(seed);
  assert.equal(tree.hostname, 'user1');
  assert.deepEqual(tree.hosts.get('liotta.com'), ['172.18.201.173']);
  assert.equal(tree.sip.sessionTransport, 'tls');
  assert.deepEqual(tree.sip.signaling, [{ trustpoint: 'user1', strictCipher: false }]);
  assert.equal(tree.http.server, true);
  assert.deepEqual(tree.interfaces.get('GigabitEthernet0/0')?.address, {
    address: '172.18.197.154',
    mask: '255.255.255.0',
  });
});

function tuned<K extends string>(
  defaults: Readonly<Record<K, number>>,
  range: (name: K) => readonly [number, number],
): fc.Arbitrary<Readonly<Partial<Record<K, number>>>> {
  const names = Object.keys(defaults) as K[];
  const entries = names.map((name) => {
    const [min, max] = range(name);
    return [name, fc.integer({ min, max }).filter((value) => value !== defaults[name])] as const;
  });
  return fc.record(Object.fromEntries(entries), { requiredKeys: [] }) as fc.Arbitrary<
    Readonly<Partial<Record<K, number>>>
  >;
}

const register = {
  expiresSeconds: fc.integer({ min: 60, max: 65_535 }),
  transport: fc.constantFrom('udp', 'tcp', 'tls'),
  scheme: fc.constantFrom('sip', 'sips'),
  randomContact: fc.boolean(),
  refreshRatio: fc.integer({ min: 1, max: 100 }),
} as const;

const registrar = fc
  .tuple(
    fc.record({
      target: fc.oneof(
        address.map((a) => `ipv4:${a}`),
        word.map((w) => `dns:${w}.example:5070`),
      ),
      ...register,
      aorDomain: fc.boolean(),
      secondary: fc.boolean(),
    }),
    some<{ type: string; index: number; authRealm: string }>({
      type: word,
      index: fc.integer({ min: 1, max: 6 }),
      authRealm: word,
    }),
  )
  .map(([fixed, optional]) => ({ ...fixed, ...optional }));

const password = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'abcXYZ019$%^'), minLength: 4, maxLength: 20 }).map((clear) => ({ clear })),
  word.map((sealed) => ({ sealed })),
);

const authentication = fc
  .tuple(
    word.map((name) => `user${name}`),
    fc.uniqueArray(
      fc.tuple(fc.record({ password, challenge: fc.boolean() }), some<{ realm: string }>({ realm: word })),
      { selector: ([, { realm }]) => realm, maxLength: 5 },
    ),
  )
  .map(([username, entries]) =>
    entries.map(([fixed, optional]) => ({
      username,
      ...fixed,
      ...optional,
      challenge: fixed.challenge && optional.realm !== undefined,
    })),
  );

const credentials = fc.uniqueArray(
  fc
    .tuple(
      fc.record({ username: word.map((name) => `user${name}`), password, realm: word }),
      some<{ number: string }>({
        number: fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 4, maxLength: 12 }),
      }),
    )
    .map(([fixed, optional]) => ({ ...fixed, ...optional })),
  { selector: ({ realm, ...rest }) => `${'number' in rest ? rest.number : ''} ${realm}`, maxLength: 4 },
);

const byTrustpoint = fc
  .tuple(
    fc.oneof(
      fc.record({ trustpoint: word, strictCipher: fc.boolean() }),
      fc.record({
        trustpoint: word,
        strictCipher: fc.constant(false),
        ecdsaCipher: fc.constantFrom('any' as const, '384' as const),
      }),
    ),
    some<{ clientVtp: string; cnSanServer: true }>({ clientVtp: word, cnSanServer: fc.constant(true) }),
  )
  .map(([fixed, optional]) => ({ ...fixed, ...optional }));

const signaling: fc.Arbitrary<SignalingEntry[]> = fc.uniqueArray(
  fc
    .tuple(
      fc.option(fc.record({ address, mask }), { nil: undefined }),
      fc.oneof(byTrustpoint, fc.record({ tlsProfile: fc.integer({ min: 1, max: 10_000 }) })),
    )
    .map(([remote, entry]) => (remote === undefined ? entry : { remote, ...entry })),
  { selector: (entry) => JSON.stringify('remote' in entry ? entry.remote : 'default'), maxLength: 4 },
);

const trustedList: fc.Arbitrary<readonly TrustedEntry[]> = fc.uniqueArray(
  fc.oneof(
    fc
      .tuple(fc.record({ kind: fc.constant('ipv4' as const), address }), some<{ mask: string }>({ mask }))
      .map(([fixed, optional]): TrustedEntry => ({ ...fixed, ...optional })),
    fc
      .tuple(
        fc.record({ kind: fc.constant('ipv6' as const), address: fc.ipV6().map((text) => text.toLowerCase()) }),
        some<{ prefixLength: number }>({ prefixLength: fc.nat(128) }),
      )
      .map(([fixed, optional]): TrustedEntry => ({ ...fixed, ...optional })),
    fc.record({
      kind: fc.constant('dns' as const),
      name: word.map((name) => `*.${name.toLowerCase().replace(/[^a-z0-9_-]/g, 'x')}.example`),
    }),
  ),
  { selector: printTrustedEntry, maxLength: 4 },
);

const timerRanges: Readonly<Record<string, readonly [number, number]>> = {
  expires: [60_000, 300_000],
  hold: [15, 2880],
  connectionAging: [5, 30],
  connectionEstablishTls: [5, 20],
  dnsRegistrarCache: [60, 65_535],
  keepaliveActive: [10, 600],
  keepaliveDown: [1, 120],
};

/** A version is said of a listener: one that is closed has none. */
const transports = fc.oneof(
  fc.record({
    transports: fc.record({ udp: fc.boolean(), tcp: fc.boolean(), tls: fc.constant(true) }),
    tlsVersions: fc.constantFrom<TlsVersions>('all', 'v1.0', 'v1.1', 'v1.2', 'v1.2 minimum', 'v1.3'),
  }),
  fc.record({
    transports: fc.record({ udp: fc.boolean(), tcp: fc.boolean(), tls: fc.constant(false) }),
    tlsVersions: fc.constant<TlsVersions>('all'),
  }),
);

const server: fc.Arbitrary<SipServer> = fc
  .tuple(
    fc.oneof(
      fc.record({ kind: fc.constant('ipv4' as const), host: address }),
      fc.record({ kind: fc.constant('ipv6' as const), host: fc.constantFrom('::1', '2001:db8::5060') }),
      fc.record({ kind: fc.constant('dns' as const), host: word }),
    ),
    some<{ port: number }>({ port: fc.integer({ min: 1, max: 65_535 }) }),
  )
  .map(([fixed, optional]) => ({ ...fixed, ...optional }));

const keepaliveServer = (secondary: boolean): fc.Arbitrary<KeepaliveServer> =>
  fc
    .tuple(server, fc.constantFrom<KeepaliveServer['transport']>('udp', 'tcp', 'tls'))
    .map(([place, transport]) => ({ ...place, transport, secondary }));

const localName = fc.record({ host: word, isPreferred: fc.boolean() });

const registrars = fc.uniqueArray(registrar, {
  selector: (one) => `${'index' in one ? one.index : ''} ${one.secondary}`,
  maxLength: 4,
});

const port = fc.integer({ min: 1, max: 65_535 });
const tenant: fc.Arbitrary<Tenant> = fc
  .tuple(
    fc.record({
      tag: fc.integer({ min: 1, max: 10_000 }),
      listenPort: some<{ nonSecure: number; secure: number }>({ nonSecure: port, secure: port }),
      bind: some<{ control: string; media: string }>({ control: interfaceName, media: interfaceName }),
      sipServer: fc.option(server, { nil: undefined }),
      outboundProxy: fc.option(server, { nil: undefined }),
      trusted: trustedList,
      registrars,
      credentials,
      authentication,
      retry: some<{ invite: number; register: number }>({
        invite: fc.integer({ min: 1, max: 10 }),
        register: fc.integer({ min: 1, max: 10 }),
      }),
      timers: some<{ trying: number; expires: number; connectionAging: number; connectionEstablishTls: number }>({
        trying: fc.integer({ min: 100, max: 1000 }),
        expires: fc.integer({ min: 60_000, max: 300_000 }),
        connectionAging: fc.integer({ min: 5, max: 30 }),
        connectionEstablishTls: fc.integer({ min: 5, max: 20 }),
      }),
    }),
    some<
      Required<
        Pick<
          Tenant,
          'sessionTimer' | 'rel1xx' | 'maxForwards' | 'silentDiscard' | 'tlsProfile' | 'url' | 'sessionTransport'
        >
      >
    >({
      sessionTimer: fc.record({
        minSe: fc.integer({ min: 90, max: 1800 }),
        sessionExpires: fc.option(fc.integer({ min: 1800, max: 86_400 }), { nil: undefined }),
      }),
      rel1xx: fc.constantFrom('supported', 'require', 'disable'),
      maxForwards: fc.integer({ min: 1, max: 70 }),
      silentDiscard: fc.boolean(),
      tlsProfile: fc.integer({ min: 1, max: 10_000 }),
      url: fc.constantFrom('sip', 'sips', 'tel'),
      sessionTransport: fc.constantFrom('udp', 'tcp', 'tls'),
    }),
  )
  .map(([fixed, optional]) => ({ ...fixed, ...optional }));

const tenants: fc.Arbitrary<ReadonlyMap<number, Tenant>> = fc
  .uniqueArray(tenant, { selector: ({ tag }) => tag, maxLength: 2 })
  .map((all) => new Map(all.map((one) => [one.tag, one])));

function pairs(from: fc.IntegerConstraints, to: fc.IntegerConstraints): fc.Arbitrary<ReadonlyMap<number, number>> {
  return fc
    .uniqueArray(fc.tuple(fc.integer(from), fc.integer(to)), { selector: ([one]) => one, maxLength: 3 })
    .map((all) => new Map(all.toSorted(([a], [b]) => a - b)));
}

const otherSip: fc.Arbitrary<Omit<SipSettings, 'transports' | 'tlsVersions'>> = fc.record({
  listenPort: fc.record({
    nonSecure: fc.integer({ min: 1, max: 65_535 }),
    secure: fc.integer({ min: 1, max: 65_535 }),
  }),
  bind: some<{ control: string; media: string }>({ control: interfaceName, media: interfaceName }),
  url: fc.constantFrom('sip', 'sips', 'tel'),
  sessionTransport: fc.constantFrom('udp', 'tcp', 'tls'),
  signaling,
  registrars,
  registrarOfDhcp: fc.option(fc.record({ ...register, aorDomain: fc.constant(false) }), { nil: undefined }),
  authentication,
  credentials,
  authenticateRedirecting: fc.boolean(),
  registrationSpike: fc.integer({ min: 1, max: 65_535 }),
  registerExhausted: fc.option(
    fc
      .tuple(fc.integer({ min: 1, max: 1440 }), fc.integer({ min: 1, max: 1440 }))
      .map(([a, b]) => ({ minimum: Math.min(a, b), maximum: Math.max(a, b) })),
    { nil: undefined },
  ),
  retry: tuned(retryDefaults, () => [1, 10]),
  limits: tuned(
    Object.fromEntries(Object.entries(limitTable).map(([name, { standard }]) => [name, standard])),
    (name) => [limitTable[name as LimitName].least, limitTable[name as LimitName].most],
  ),
  timers: tuned(timerDefaults, (name) => timerRanges[name] ?? [100, 1000]),
  maxForwards: fc.integer({ min: 1, max: 70 }),
  statusOfCause: pairs({ min: 1, max: 127 }, { min: 400, max: 699 }),
  causeOfStatus: pairs({ min: 400, max: 699 }, { min: 1, max: 127 }),
  minSe: fc.integer({ min: 90, max: 40_000 }),
  sessionExpires: fc.option(fc.integer({ min: 40_000, max: 86_400 }), { nil: undefined }),
  rel1xx: fc.constantFrom('supported', 'require', 'disable'),
  tcpWhenLong: fc.boolean(),
  remotePartyId: fc.boolean(),
  redirection: fc.boolean(),
  reasonOverride: fc.boolean(),
  keepaliveTargets: fc
    .tuple(fc.option(keepaliveServer(false)), fc.option(keepaliveServer(true)))
    .map((pair) => pair.flatMap((one) => one ?? [])),
  keepaliveTrigger: fc.integer({ min: 1, max: 10 }),
  assertedId: fc.constantFrom(undefined, 'pai', 'ppi'),
  trusted: fc.record({ authenticate: fc.boolean(), list: trustedList }),
  proxies: trustedList.map((list) => list.filter(({ kind }) => kind !== 'dns')),
  protocolMode: fc.constantFrom('ipv4', 'ipv6', 'dual-stack'),
  silentDiscard: fc.boolean(),
  localName: fc.option(localName, { nil: undefined }),
  connectionReuse: fc.option(fc.constantFrom('plain' as const, 'via-port' as const, 'system' as const), {
    nil: undefined,
  }),
  allowSipToSip: fc.boolean(),
  sipServer: fc.option(server, { nil: undefined }),
  outboundProxy: fc.option(server, { nil: undefined }),
  tenants,
  stopped: some<{ service: ServiceStop; sip: ServiceStop }>({
    service: fc.constantFrom('graceful', 'forced'),
    sip: fc.constantFrom('graceful', 'forced'),
  }),
});
const sip: fc.Arbitrary<SipSettings> = fc.tuple(transports, otherSip).map(([a, b]) => ({
  ...a,
  ...b,
  registrarOfDhcp: b.registrars.some(({ index, secondary }) => index === undefined && !secondary)
    ? undefined
    : b.registrarOfDhcp,
}));

const trees: fc.Arbitrary<Tree> = fc.record({
  hostname: word,
  domainName: fc.option(word, { nil: undefined }),
  hosts: fc
    .dictionary(
      word.map((name) => name.toLowerCase()),
      fc.array(address, { minLength: 1, maxLength: 8 }),
      { maxKeys: 3 },
    )
    .map((hosts) => new Map(Object.entries(hosts))),
  nameServers: fc.uniqueArray(address, { maxLength: 6 }),
  interfaces,
  http: fc
    .tuple(
      fc.record({ server: fc.boolean(), port: fc.integer({ min: 1, max: 65_535 }) }),
      some<{ sourceInterface: string }>({ sourceInterface: interfaceName }),
    )
    .map(([fixed, optional]) => ({ ...fixed, ...optional })),
  aliases: fc
    .dictionary(word, word, { maxKeys: 3 })
    .map(
      (more) =>
        new Map([
          ...emptyTree.aliases,
          ...Object.entries(more).map(([name, meant]) => [`exec ${name}`, meant] as const),
        ]),
    ),
  logging,
  time,
  archive: fc
    .tuple(
      fc.record({ maximum: fc.integer({ min: 1, max: 14 }), writeMemory: fc.boolean() }),
      some<{ path: { device: 'flash' | 'nvram'; path: string }; timePeriodMinutes: number }>({
        path: fc.record({ device: fc.constantFrom('flash', 'nvram'), path: word }),
        timePeriodMinutes: fc.integer({ min: 1, max: 525_600 }),
      }),
    )
    .map(([fixed, optional]) => ({ ...fixed, ...optional })),
  sip,
  callAdmission,
  dialPlan: fc
    .integer({ min: 0, max: 7 })
    .map((hunt) => ({ peers: new Map(), hunt, ...(hunt > 4 ? { huntUserBusy: true as const } : {}) })),
  voicePorts: fc.constant(new Map()),
  // Their own property stands in voice-class/voice-class.test.ts.
  tlsClasses: fc.constant(emptyTree.tlsClasses),
  voiceClasses: fc.constant(emptyTree.voiceClasses),
  pki: fc.constant(emptyTree.pki),
  // Its own property stands in access/access.test.ts.
  access: fc.constant(emptyTree.access),
  kept: fc.constant(emptyTree.kept),
});

/** Maps as their entries, in order; records without what is undefined. */
function plain(tree: Tree): unknown {
  return JSON.parse(JSON.stringify(tree, (_, value) => (value instanceof Map ? [...value] : value)));
}

test('what is printed, loaded again, is the same configuration', async () => {
  await fc.assert(
    fc.asyncProperty(trees, async (tree) => {
      const loaded = await load(printConfiguration(tree, sections));
      assert.deepEqual(loaded.problems, []);
      assert.deepEqual(plain(loaded.tree), plain(tree));
    }),
    { numRuns: 150 },
  );
});

test('an empty router prints what an empty router is', async () => {
  assert.deepEqual((await load(printConfiguration(emptyTree, sections))).tree.sip, sipDefaults);
});

test('a bad line is told with its number and the rest is loaded', async () => {
  const loaded = await load('hostname west\nsip-ua\n retry invite 11\n retry bye 3\nbogus thing\nip http port\nend\n');
  assert.deepEqual(loaded.problems, [
    "3:  retry invite 11: % Invalid input detected at '^' marker.",
    "5: bogus thing: % Invalid input detected at '^' marker.",
    '6: ip http port: % Incomplete command.',
  ]);
  assert.equal(loaded.tree.hostname, 'west');
  assert.deepEqual(loaded.tree.sip.retry, { bye: 3 });
});

test('a pasted show running-config loads, heading and all', async () => {
  const pasted = ['Building configuration...', '', 'Current configuration : 99 bytes', '!', 'hostname east', 'end'];
  assert.deepEqual((await load(pasted.join('\n'))).problems, []);
});

test('what is typed over a base leaves the base as it was', async () => {
  const base = (await load('ip host a 1.1.1.1\ninterface Loopback0\n')).tree;
  const { tree } = await loadConfiguration('ip host b 2.2.2.2\nno interface Loopback0\n', { language, base });
  assert.deepEqual([...base.hosts.keys()], ['a']);
  assert.deepEqual([...base.interfaces.keys()], ['Loopback0']);
  assert.deepEqual([...tree.hosts.keys()], ['a', 'b']);
  assert.equal(tree.interfaces.size, 0);
});

test('a line of a later section is not taken for a shortened word of the mode before it', async () => {
  const { tree, problems } = await load('crypto pki trustpoint west\n ip-address 10.0.0.1\nno ip http server\n');
  assert.deepEqual(problems, []);
  assert.equal(tree.pki.trustpoints.get('west')?.ipAddress, '10.0.0.1');
});
