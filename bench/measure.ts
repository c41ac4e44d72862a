import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, loopback } from '../test/peers/port.ts';
import { Scene } from '../test/peers/scene.ts';
import { Sipp, type SippOptions, type SippResult } from '../test/peers/sipp.ts';
import { startTlsClient, startTlsServer } from '../test/peers/stunnel.ts';
import { cpuSeconds } from './cpu.ts';
import type { BenchTransport, Credentials, SystemUnderTest } from './system.ts';

export interface Load {
  readonly transport: BenchTransport;
  /** Calls started each second. */
  readonly rate: number;
  readonly seconds: number;
}

export interface Measurement extends Load {
  readonly system: string;
  /** Calls that went through to the end, as the caller saw it. */
  readonly completed: number;
  /** Calls started that did not. */
  readonly failed: number;
  /** Messages a UDP caller sent again. */
  readonly retransmissions: number;
  /** From the first call to the end of the last one. */
  readonly wallSeconds: number;
  /** Of the system's own processes, over the same time. */
  readonly cpuSeconds: number;
}

/** Calls that warm it up (a program that is compiled as it runs needs some), and set the connections up; their cost is not counted. */
const warmUp = 3000;

/** One run: the system started anew, sipp on both sides of it, and TLS by stunnel where it is wanted. */
export async function measure(system: SystemUnderTest, load: Load, credentials: Credentials): Promise<Measurement> {
  const scene = new Scene();
  try {
    const far = await startFarSide(scene, load, credentials);
    const listen = await freePort();
    const pid = await system.start(scene, { transport: load.transport, listen, target: far }, credentials);
    const near = await startNearSide(scene, load, listen, credentials);
    await callUntil(scene, near, Math.min(warmUp, load.rate), warmUp);
    return await loaded(scene, system.name, pid, near, load);
  } finally {
    await scene.close();
  }
}

async function loaded(scene: Scene, system: string, pid: number, near: SippOptions, load: Load): Promise<Measurement> {
  await sleep(300);
  const before = { cpu: cpuSeconds(pid), at: performance.now() };
  const calls = load.rate * load.seconds;
  const result = await callUntil(scene, near, load.rate, calls);
  const wallSeconds = (performance.now() - before.at) / 1000;
  return {
    ...load,
    system,
    completed: result.succeeded,
    failed: calls - result.succeeded,
    retransmissions: result.retransmissions,
    wallSeconds,
    cpuSeconds: cpuSeconds(pid) - before.cpu,
  };
}

/** A called party behind the system; returns the port the system sends calls to. */
async function startFarSide(scene: Scene, load: Load, credentials: Credentials): Promise<number> {
  const { transport } = load;
  if (transport !== 'tls') return (await Sipp.start(scene, answering(transport, load))).port;
  const outside = await freePort();
  const values = { via: 'TLS', contact: `${loopback}:${outside};transport=tls` };
  const uas = await Sipp.start(scene, { ...answering('tcp', load), values });
  await startTlsServer(scene, { ...tunnel(credentials), target: uas.port, port: outside });
  return outside;
}

/** A run that hangs is ended: the load, and a minute for the rest. */
function lifeSeconds(load: Load): number {
  return load.seconds + 60;
}

function answering(transport: 'udp' | 'tcp', load: Load): SippOptions {
  return { lifeSeconds: lifeSeconds(load), scenario: 'uas-answer', transport, extra: ['-buff_size', '4194304'] };
}

/** What a caller of this system is started with. */
async function startNearSide(scene: Scene, load: Load, listen: number, credentials: Credentials): Promise<SippOptions> {
  const { transport } = load;
  const always = {
    scenario: 'uac-call',
    lifeSeconds: lifeSeconds(load),
    extra: ['-buff_size', '4194304', '-l', '20000'],
  };
  if (transport !== 'tls') return { ...always, transport, target: listen };
  const { port } = await startTlsClient(scene, { ...tunnel(credentials), target: listen });
  return { ...always, transport: 'tcp', target: port, values: { via: 'TLS' } };
}

function tunnel(credentials: Credentials) {
  return { identity: credentials.identity, trust: credentials.authority.certificate };
}

async function callUntil(scene: Scene, near: SippOptions, rate: number, calls: number): Promise<SippResult> {
  const uac = await Sipp.start(scene, { ...near, rate, calls });
  return uac.result((near.lifeSeconds ?? 0) * 1000);
}
