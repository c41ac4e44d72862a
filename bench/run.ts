import { parseArgs } from 'node:util';
import { Authority } from '../test/peers/certificates.ts';
import { Scene } from '../test/peers/scene.ts';
import { dialpeer } from './dialpeer.ts';
import { kamailio } from './kamailio.ts';
import { type Load, type Measurement, measure } from './measure.ts';
import { type BenchTransport, type Credentials, type SystemUnderTest, transports } from './system.ts';
import { printTable } from './table.ts';

const systems: readonly SystemUnderTest[] = [dialpeer, kamailio];

const help = `Usage: npm run bench -- [options]
  --rate N[,N...]         calls started each second (default 1000)
  --seconds N             length of each run (default 5)
  --rounds N              runs of each, medians are printed (default 3)
  --transports A[,B...]   of ${transports.join(', ')} (default all)
  --systems A[,B...]      of ${systems.map((s) => s.name).join(', ')} (default all)
`;

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    transports: { type: 'string', default: transports.join(',') },
    systems: { type: 'string', default: systems.map((s) => s.name).join(',') },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(help);
else process.exitCode = await bench();

/** Every system does each load in turns, so that what else the machine does meets them alike. */
async function bench(): Promise<number> {
  const chosen = systems.filter((system) => list(values.systems).includes(system.name));
  const loads = list(values.transports).flatMap((name) =>
    list(values.rate).map((rate) => ({
      transport: transport(name),
      rate: count(rate),
      seconds: count(values.seconds),
    })),
  );
  const measurements: Measurement[] = [];
  const scene = new Scene();
  try {
    const credentials = await makeCredentials(scene);
    for (const load of loads) measurements.push(...(await turns(chosen, load, credentials)));
  } finally {
    await scene.close();
  }
  process.stdout.write(printTable(measurements));
  return measurements.every((m) => m.completed > 0) ? 0 : 1;
}

async function turns(chosen: readonly SystemUnderTest[], load: Load, credentials: Credentials): Promise<Measurement[]> {
  const done: Measurement[] = [];
  for (let round = 0; round < count(values.rounds); round++) {
    for (const system of chosen) {
      const measured = await measure(system, load, credentials);
      process.stderr.write(`${measured.system} ${load.transport} ${load.rate}/s: ${measured.completed} calls, `);
      process.stderr.write(`${measured.failed} failed, ${measured.cpuSeconds.toFixed(2)} CPU-s\n`);
      done.push(measured);
    }
  }
  return done;
}

async function makeCredentials(scene: Scene): Promise<Credentials> {
  const authority = await Authority.create(scene, 'bench-ca');
  return { authority, identity: await authority.issue('bench', 'DNS:bench.example.test,IP:127.0.0.1') };
}

function list(text: string): string[] {
  return text.split(',').filter((word) => word !== '');
}

function count(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new RangeError(`not a number from 1 on: ${text}`);
  return number;
}

function transport(name: string): BenchTransport {
  const found = transports.find((known) => known === name);
  if (found === undefined) throw new RangeError(`no transport ${name}; there are ${transports.join(', ')}`);
  return found;
}
