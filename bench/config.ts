/**
 * What a large configuration costs a whole gateway, in a simulated world: a file of many dial peers read and committed, one
 * line typed on top of it, the same file again by `configure replace`, and `show running-config`. Milliseconds of wall time,
 * the median of some rounds, beside what they are meant to stay below. `node bench/config.ts [peers] [rounds]`.
 */
import { Session } from '../src/cli/index.ts';
import { loadConfiguration } from '../src/commands/index.ts';
import { Gateway } from '../src/gateway.ts';
import { SimulatedWorld } from '../src/io/memory/index.ts';

const peers = Number(process.argv[2] ?? 10_000);
const rounds = Number(process.argv[3] ?? 7);

const names = ['load and commit', 'one line', 'configure replace', 'show running-config'] as const;
const limits: Readonly<Record<(typeof names)[number], string>> = {
  'load and commit': '2000',
  'one line': '5',
  'configure replace': '-',
  'show running-config': '300',
};

function configuration(): string {
  const lines = ['hostname large', 'ip host far 192.0.2.1'];
  for (let tag = 1; tag <= peers; tag++) {
    const number = String(tag).padStart(6, '0');
    lines.push(
      '!',
      `dial-peer voice ${tag} voip`,
      ` description customer ${tag}`,
      ` destination-pattern 55${number}...`,
    );
    lines.push(
      ' session protocol sipv2',
      ` session target ipv4:192.0.2.${tag % 250}:5061`,
      ' session transport tcp tls',
    );
    lines.push(' codec g711ulaw', ' dtmf-relay rtp-nte', ' no vad');
  }
  return `${[...lines, 'end'].join('\n')}\n`;
}

async function milliseconds(work: () => void | Promise<void>): Promise<number> {
  const begin = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - begin) / 1e6;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

async function measure(text: string): Promise<readonly number[]> {
  const host = new SimulatedWorld({ seed: 1 }).host(['192.0.2.10']);
  await host.files.write('files/flash/large.cfg', text);
  const gateway = await Gateway.boot({ io: host, configuration: 'hostname small\n' });
  let printed = 0;
  const session = new Session({
    language: gateway.language,
    world: gateway.world,
    hostname: () => gateway.hostname,
    privilege: 15,
    io: { readLine: async () => undefined, print: () => void printed++, size: { rows: 0, columns: 80 } },
    onFault: (error) => {
      throw error;
    },
  });
  const type = async (line: string): Promise<void> => {
    const refusal = await session.perform(line);
    if (refusal !== undefined) throw new Error(`${line}: ${JSON.stringify(refusal)}`);
  };
  const load = await milliseconds(async () => {
    const { tree, problems } = await loadConfiguration(text, { language: gateway.language });
    if (problems.length > 0) throw new Error(`line ${problems[0]?.line} is wrong`);
    gateway.world.config.commit(tree);
  });
  await type('configure terminal');
  await type(`dial-peer voice ${peers >> 1} voip`);
  const lines: number[] = [];
  for (let i = 0; i < 20; i++) lines.push(await milliseconds(() => type(`preference ${i % 10}`)));
  await type('end');
  const replace = await milliseconds(() => type('configure replace flash:large.cfg force'));
  printed = 0;
  const show = await milliseconds(() => type('show running-config'));
  if (printed < peers * 9) throw new Error(`only ${printed} lines were shown`);
  await gateway.stop();
  return [load, median(lines), replace, show];
}

const text = configuration();
const results: (readonly number[])[] = [];
for (let round = 0; round < rounds; round++) results.push(await measure(text));
console.log(`${peers} dial peers, ${text.length} bytes, median (worst) of ${rounds}`);
names.forEach((name, i) => {
  const times = results.map((result) => result[i] ?? 0);
  const figures = `${median(times).toFixed(1).padStart(9)} ms (${Math.max(...times).toFixed(1)})`;
  console.log(`${name.padEnd(22)}${figures}   below ${limits[name]}`);
});
