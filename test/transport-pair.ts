import assert from 'node:assert/strict';
import { type LogEntry, log, printLogEntry, type Stream, type TlsCredentials } from '../src/io/index.ts';
import { type SimulatedHost, SimulatedWorld } from '../src/io/memory/index.ts';
import type { TransportName } from '../src/sip/settings.ts';
import type { Flow, OpenFailure } from '../src/sip/transport/flow.ts';
import { transportMessages } from '../src/sip/transport/messages.ts';
import type { CredentialsAnswer, TlsPolicy } from '../src/sip/transport/policy.ts';
import { SipTransport } from '../src/sip/transport/sip-transport.ts';
import type { TransportSettings } from '../src/sip/transport/transport-settings.ts';
import { authority, certificate, type TestCertificate } from './certificates.ts';

const root = authority('Root');
export const west = certificate('west', { issuer: root });
export const east = certificate('east', { issuer: root });

export const minutes = 60_000;
export const message = 'OPTIONS sip:east SIP/2.0\r\nContent-Length: 0\r\n\r\n';

export function credentials(own: TestCertificate | undefined): TlsCredentials {
  return {
    ...(own === undefined ? {} : { certificateChainPem: own.chainPem, privateKeyPem: own.keyPem }),
    trustAnchorsPem: [root.pem],
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
  };
}

/** Accepts whatever the library verified; tests replace what they are about. */
export class TestPolicy implements TlsPolicy {
  answer: CredentialsAnswer;
  judge: TlsPolicy['judge'] = (peer, { expectedName }) =>
    peer.chainError === undefined
      ? { accepted: true, ...(expectedName === undefined ? {} : { provedName: expectedName }) }
      : { accepted: false, rule: 'chain', reason: peer.chainError };

  constructor(own: TestCertificate | undefined) {
    this.answer = { credentials: credentials(own), policy: 'test' };
  }

  credentialsFor(): CredentialsAnswer {
    return this.answer;
  }
}

/** One gateway: its transport, and all that it told. */
export interface Side {
  readonly host: SimulatedHost;
  readonly transport: SipTransport;
  readonly policy: TestPolicy;
  readonly received: [string, Flow][];
  readonly closed: [Flow, Error | undefined][];
  /** Those of them that nobody here wanted closed. */
  readonly broken: Flow[];
  /** Flows that a dialog is on. */
  readonly used: Set<Flow>;
  /** Addresses the screen knows. */
  readonly known: Set<string>;
  readonly entries: LogEntry[];
  lines(): string[];
}

export function side(world: SimulatedWorld, address: string, own: TestCertificate | undefined): Side {
  const host = world.host([address]);
  const policy = new TestPolicy(own);
  const received: [string, Flow][] = [];
  const closed: [Flow, Error | undefined][] = [];
  const broken: Flow[] = [];
  const entries: LogEntry[] = [];
  const used = new Set<Flow>();
  const known = new Set<string>();
  const transport = new SipTransport({
    ...host,
    policy,
    knows: (source) => known.has(source.host),
    settings: settings('0.0.0.0'),
    log: log('SIP', transportMessages, { write: (entry) => entries.push(entry) }),
    receiver: {
      received: (text, flow) => received.push([text, flow]),
      closed: (flow, error, isBroken) => {
        closed.push([flow, error]);
        if (isBroken) broken.push(flow);
      },
      inUse: (flow) => used.has(flow),
    },
  });
  return {
    host,
    transport,
    policy,
    received,
    closed,
    broken,
    used,
    known,
    entries,
    lines: () => entries.map(printLogEntry),
  };
}

export function settings(host: string, more: Partial<TransportSettings> = {}): TransportSettings {
  return {
    listeners: [
      { transport: 'udp', local: { host, port: 5060 }, tenant: 0 },
      { transport: 'tcp', local: { host, port: 5060 }, tenant: 0 },
      { transport: 'tls', local: { host, port: 5061 }, tenant: 0 },
    ],
    times: { agingMs: 5 * minutes, establishTlsMs: 20_000 },
    ...more,
  };
}

/** Two gateways of a simulated world, west at 10.0.0.1 and east at 10.0.0.2, each with a certificate of the same authority. */
export interface Pair {
  readonly world: SimulatedWorld;
  readonly west: Side;
  readonly east: Side;
}

export async function pair(own: TestCertificate | undefined = west): Promise<Pair> {
  const world = new SimulatedWorld({ epoch: Date.now() });
  const both = { world, west: side(world, '10.0.0.1', own), east: side(world, '10.0.0.2', east) };
  await both.west.transport.start();
  await both.east.transport.start();
  return both;
}

/** Where a transport is listened to. */
export const port = (transport: TransportName): number => (transport === 'tls' ? 5061 : 5060);

/** Opens from west to east and runs until told. */
export async function open({ world, west: from }: Pair, transport: TransportName, serverName?: string): Promise<Flow> {
  const told = await tryOpen({ world, west: from }, transport, serverName);
  if ('reason' in told) assert.fail(told.reason);
  return told;
}

export async function tryOpen(
  { world, west: from }: Pick<Pair, 'world' | 'west'>,
  transport: TransportName,
  serverName?: string,
): Promise<Flow | OpenFailure> {
  let told: Flow | OpenFailure | undefined;
  const name = serverName === undefined ? {} : { serverName };
  from.transport.open(
    { transport, remote: { host: '10.0.0.2', port: port(transport) }, isChosen: true, ...name },
    { opened: (flow) => (told = flow), failed: (failure) => (told = failure) },
  );
  for (let i = 0; i < 300 && told === undefined; i++) await world.advance(100);
  return told ?? assert.fail('nothing was told');
}

/** A TCP connection to east of somebody who need not speak SIP. */
export async function raw(p: Pair): Promise<{ stream: Stream; received: string[]; isClosed: () => boolean }> {
  const stranger = p.world.host(['10.0.0.7']);
  const connecting = stranger.network.connectTcp({ host: '10.0.0.2', port: 5060 }, { timeoutMs: 1000 });
  await p.world.advance(10);
  const stream = await connecting;
  const received: string[] = [];
  let closed = false;
  stream.start({ received: (data) => received.push(data.toString('latin1')), closed: () => (closed = true) });
  return { stream, received, isClosed: () => closed };
}
