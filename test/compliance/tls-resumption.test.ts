import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, suite, test } from 'node:test';
import type { Listener, Network, Tls, TlsCredentials, TlsPeer, TlsSession } from '../../src/io/index.ts';
import { SimulatedWorld } from '../../src/io/memory/index.ts';
import { nodeNetwork } from '../../src/io/node/network.ts';
import { nodeTls } from '../../src/io/node/tls.ts';
import { authority, certificate, type TestCertificate } from '../certificates.ts';

const minute = 60_000;
const hour = 60 * minute;
const root = authority('Test Root');
const intermediate = authority('Test Intermediate', { issuer: root });
const identities = {
  server: certificate('server', { issuer: intermediate }),
  otherServer: certificate('other server', { issuer: intermediate }),
  client: certificate('client', { issuer: intermediate }),
  otherClient: certificate('other client', { issuer: intermediate }),
};
type Name = keyof typeof identities;

/** One side of io that remembers nothing yet, and how its time passes. */
interface Outside {
  readonly network: Network;
  readonly tls: Tls;
  /** Resolves with the value, letting time pass as it must. */
  run<T>(work: Promise<T>): Promise<T>;
  pass(ms: number): Promise<void>;
}

function real(): Outside {
  let now = 0;
  return {
    network: nodeNetwork(),
    tls: nodeTls(() => now),
    run: (work) => work,
    pass: async (ms) => {
      now += ms;
    },
  };
}

function simulated(): Outside {
  const world = new SimulatedWorld({ epoch: Date.now() });
  const { network, tls } = world.host(['127.0.0.1']);
  return {
    network,
    tls,
    run: async (work) => {
      let isDone = false;
      const watched = work.finally(() => {
        isDone = true;
      });
      watched.catch(() => undefined);
      for (let i = 0; i < 1000 && !isDone; i++) await world.advance(1);
      return watched;
    },
    pass: (ms) => world.advance(ms),
  };
}

type More = { readonly [K in keyof TlsCredentials]?: TlsCredentials[K] | undefined };

/** What one visit is made with; what is not said is as in every other. */
interface Visit {
  readonly server?: More;
  readonly client?: More;
  readonly shownBy?: { readonly server?: Name; readonly client?: Name };
  readonly serverName?: string;
  /** Whom our policy refuses. */
  readonly refused?: 'client' | 'server';
}

interface Seen {
  readonly server: TlsPeer;
  readonly client: TlsPeer;
}

function shownAs(own: TestCertificate, { resumption, ...more }: More): TlsCredentials {
  const { trustAnchorsPem = [root.pem], minVersion = 'TLSv1.2', maxVersion = 'TLSv1.3' } = more;
  return {
    certificateChainPem: own.chainPem,
    privateKeyPem: own.keyPem,
    trustAnchorsPem,
    minVersion,
    maxVersion,
    ...(resumption === undefined ? {} : { resumption }),
  };
}

for (const [where, version, make] of [
  ['a real host', 'TLSv1.2', real],
  ['a real host', 'TLSv1.3', real],
  ['a simulated host', 'TLSv1.2', simulated],
  ['a simulated host', 'TLSv1.3', simulated],
] as const) {
  suite(`sessions over ${version} on ${where}`, () => {
    let listener: Listener;
    let io: Outside;
    let arrived: PromiseWithResolvers<TlsSession>;
    let serving: TlsCredentials;

    beforeEach(async () => {
      io = make();
      const { network, tls, run } = io;
      const accepted = (stream: Parameters<typeof tls.accept>[0]): void =>
        arrived.resolve(tls.accept(stream, serving, 5000));
      listener = await run(network.listenTcp({ host: '127.0.0.1', port: 0 }, { accepted, failed: assert.fail }));
    });
    afterEach(() => listener.close());

    /** One connection, judged on both sides, which the server ends after a word: by then the client has all that was issued. */
    async function visit({ server, client, shownBy, serverName, refused }: Visit = {}): Promise<Seen> {
      arrived = Promise.withResolvers();
      const range = { minVersion: version, maxVersion: version, resumption: 'policy' };
      serving = shownAs(identities[shownBy?.server ?? 'server'], { ...range, ...server });
      const { network, tls, run } = io;
      const stream = await run(network.connectTcp(listener.local, { timeoutMs: 5000 }));
      const credentials = shownAs(identities[shownBy?.client ?? 'client'], { ...range, ...client });
      const options = { timeoutMs: 5000, serverName: serverName ?? 'server.example' };
      const near = await run(tls.connect(stream, credentials, options));
      near.judged(refused !== 'server');
      const far = await run(arrived.promise);
      far.judged(refused !== 'client');
      const ended = new Promise<void>((resolve) => {
        near.stream.start({ received: () => near.stream.end(), closed: () => resolve() });
      });
      far.stream.start({ received: () => undefined, closed: () => undefined });
      far.stream.write('a word');
      await run(ended);
      return { server: far.peer, client: near.peer };
    }

    async function isResumed(how?: Visit): Promise<boolean> {
      const { server, client } = await visit(how);
      assert.equal(server.resumed, client.resumed);
      return client.resumed;
    }

    test('a second connection resumes, and both sides are told the whole chain and the verdict of the first', async () => {
      const first = await visit();
      const second = await visit();
      assert.deepEqual([first.client.resumed, first.server.resumed], [false, false]);
      assert.deepEqual([second.client.resumed, second.server.resumed], [true, true]);
      for (const [seen, leaf] of [
        [second.server, 'client'],
        [second.client, 'server'],
      ] as const) {
        const subjects = seen.chainDer.map((der) => new X509Certificate(der).subject);
        assert.deepEqual(subjects, [`CN=${leaf}`, 'CN=Test Intermediate']);
        assert.equal(seen.chainError, undefined);
      }
    });

    test('a chain that did not verify does not verify when it is resumed', async () => {
      const stranger = authority('Somebody Else').pem;
      const distrusting = { server: { trustAnchorsPem: [stranger] }, client: { trustAnchorsPem: [stranger] } };
      const first = await visit(distrusting);
      const second = await visit(distrusting);
      assert.equal(second.client.resumed, true);
      assert.notEqual(first.client.chainError, undefined);
      assert.deepEqual(
        [second.client.chainError, second.server.chainError],
        [first.client.chainError, first.server.chainError],
      );
    });

    const others: readonly (readonly [string, Visit])[] = [
      ['another name', { serverName: 'elsewhere.example' }],
      ['another policy of the server', { server: { resumption: 'another' } }],
      ['another policy of the client', { client: { resumption: 'another' } }],
      ['another certificate of the server', { shownBy: { server: 'otherServer' } }],
      ['another certificate of the client', { shownBy: { client: 'otherClient' } }],
      ['other anchors of the server', { server: { trustAnchorsPem: [root.pem, intermediate.pem] } }],
      ['other anchors of the client', { client: { trustAnchorsPem: [root.pem, intermediate.pem] } }],
      ['a server that resumes nothing', { server: { resumption: undefined } }],
      ['a client that resumes nothing', { client: { resumption: undefined } }],
    ];
    for (const [what, how] of others) {
      test(`a session is not resumed with ${what}`, async () => {
        await visit();
        assert.equal(await isResumed(), true);
        assert.equal(await isResumed(how), false);
      });
    }

    test('a server that is refused is never resumed', async () => {
      await visit({ refused: 'server' });
      assert.equal(await isResumed(), false);
      assert.equal(await isResumed({ refused: 'server' }), true);
      assert.equal(await isResumed(), false);
    });

    test('when a resumed client is refused, every ticket of that policy is worthless', async () => {
      await visit();
      await visit({ serverName: 'second.example' });
      assert.equal(await isResumed({ refused: 'client' }), true);
      assert.equal(await isResumed({ serverName: 'second.example' }), false);
    });

    test('nothing from before is resumed once sessions are forgotten', async () => {
      await visit();
      io.tls.forgetSessions();
      assert.equal(await isResumed(), false);
    });

    test('an hour after the full handshake there is another one, however often it was resumed', async () => {
      await visit();
      await io.pass(hour - minute);
      assert.equal(await isResumed(), true);
      await io.pass(minute);
      assert.equal(await isResumed(), false);
      assert.equal(await isResumed(), true);
    });

    test('keys are made anew each hour, and a ticket sealed by the keys before is honoured for as long as it is good', async () => {
      await visit();
      await io.pass(hour - minute);
      await visit({ serverName: 'second.example' });
      await io.pass(2 * minute);
      await visit({ serverName: 'third.example' });
      assert.equal(await isResumed({ serverName: 'second.example' }), true, 'sealed by the keys before');
      assert.equal(await isResumed({ serverName: 'third.example' }), true, 'sealed by those of now');
    });

    test('when a client is refused whose ticket is sealed by the keys before, the keys of now go too', async () => {
      await visit();
      await io.pass(hour - minute);
      await visit({ serverName: 'second.example' });
      await io.pass(2 * minute);
      await visit({ serverName: 'third.example' });
      assert.equal(await isResumed({ serverName: 'second.example', refused: 'client' }), true);
      assert.equal(await isResumed({ serverName: 'third.example' }), false);
    });

    test(`a ticket is shown ${version === 'TLSv1.3' ? 'once' : 'again and again'}`, async () => {
      await visit();
      const resumed = [];
      for (let i = 0; i < 3; i++) resumed.push(await isResumed());
      // A server gives two tickets at the end of a TLS 1.3 handshake.
      assert.deepEqual(resumed, [true, true, version === 'TLSv1.2']);
    });
  });
}
