import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';

/** docs/architecture.md, "Who may import whom". A room may always import itself. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  io: [],
  cli: [],
  config: [],
  pki: ['io'],
  sip: ['io'],
  media: ['io'],
  time: ['io'],
  port: ['media', 'io'],
  call: ['sip', 'media', 'port', 'io'],
  commands: ['cli', 'config', 'pki', 'sip', 'media', 'port', 'call', 'time', 'io'],
  access: ['cli', 'io'],
};

/** Files at the top of src/, each with the rooms and files it may reach. Everything else of src/ must not import them. */
const topFiles = [
  'main.ts',
  'gateway.ts',
  'admitted.ts',
  'archive-wiring.ts',
  'changes-wiring.ts',
  'pki-wiring.ts',
  'check.ts',
  'check-listeners.ts',
  'check-peers.ts',
  'check-print.ts',
  'check-source.ts',
  'doubts.ts',
  'lab.ts',
  'system-messages.ts',
  'call-screen.ts',
  'debug-calls.ts',
  'opened-passwords.ts',
  'debug-pki.ts',
  'pattern-files.ts',
  'debug-wiring.ts',
  'keepalive-wiring.ts',
  'names-wiring.ts',
  'nvram.ts',
  'leg-names.ts',
  'scheduled-reload.ts',
  'sip-face.ts',
  'ssh-wiring.ts',
  'syslog-wiring.ts',
  'tls-rules.ts',
  'tls-wiring.ts',
  'ways-in.ts',
  'registration-wiring.ts',
  'reference-pages.ts',
  'write-pages.ts',
];

/** Folders and files that compute only: bytes and time in, values out. */
const pure = ['cli', 'config', 'commands', 'sip', 'media', 'port', 'call', 'pki', 'time', 'io/memory', 'io/tftp'];

/** The only room that touches the outside. */
const outside = 'io/node/';

/** Modules of Node that compute and touch nothing, allowed in the pure rooms. */
const computing = new Set(['node:crypto', 'node:buffer', 'node:stream']);

/** Third-party libraries, by the room that may use them. */
const libraries: Readonly<Record<string, readonly RegExp[]>> = {
  pki: [/^@peculiar\//, /^asn1js$/],
  access: [/^fastify$/, /^ssh2$/],
};

const src = join(import.meta.dirname, '..', 'src');

interface Source {
  readonly name: string;
  readonly room: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && statSync(join(src, name)).isFile())
  .map((name) => source(name.split('\\').join('/')));

function source(name: string): Source {
  const text = readFileSync(join(src, name), 'utf8');
  const specifiers = [
    ...text.matchAll(/^(?:import|export)\b[^'"]*?\bfrom\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]/gm),
  ];
  return {
    name,
    room: name.includes('/') ? (name.split('/')[0] ?? '') : '',
    text,
    imports: specifiers.map((m) => m[1] ?? m[2] ?? ''),
  };
}

/** The file of src/ that an import names, or undefined for a library. */
function target(from: Source, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  return relative(src, join(src, dirname(from.name), specifier))
    .split('\\')
    .join('/');
}

test('the rooms are those of the architecture', () => {
  const rooms = new Set(sources.map((s) => s.room).filter((room) => room !== ''));
  assert.deepEqual([...rooms].sort(), Object.keys(mayImport).sort());
  assert.deepEqual(
    sources
      .filter((s) => s.room === '')
      .map((s) => s.name)
      .filter((name) => !topFiles.includes(name)),
    [],
  );
});

test('a room imports only the rooms it may', () => {
  const wrong = sources
    .filter((s) => s.room !== '')
    .flatMap((s) =>
      s.imports.flatMap((specifier) => {
        const file = target(s, specifier);
        if (file === undefined) return [];
        const room = file.includes('/') ? file.split('/')[0] : `src/${file}`;
        return room === s.room || mayImport[s.room]?.includes(room ?? '') ? [] : [`${s.name} imports ${file}`];
      }),
    );
  assert.deepEqual(wrong, []);
});

test('commands, and whoever stands above, enter a room by its face', () => {
  const faces = /^(pki|sip|media|port|call|time|cli|config)\/(index|settings|report|session)\.ts$/;
  const wrong = sources
    .filter((s) => s.room === 'commands' || s.room === 'access')
    .flatMap((s) =>
      s.imports.flatMap((specifier) => {
        const file = target(s, specifier);
        const entered = file !== undefined && /^(pki|sip|media|port|call|time|cli|config)\//.test(file);
        return entered && !faces.test(file) ? [`${s.name} imports ${file}`] : [];
      }),
    );
  assert.deepEqual(wrong, []);
});

test('only main.ts and tests import gateway.ts', () => {
  const wrong = sources.filter((s) => s.imports.some((i) => target(s, i) === 'gateway.ts')).map((s) => s.name);
  assert.deepEqual(
    wrong.filter((name) => name !== 'main.ts' && name !== 'lab.ts'),
    [],
  );
});

test('no file imports, through others, itself', () => {
  const edges = new Map(
    sources.map((s) => [s.name, s.imports.map((i) => target(s, i)).filter((f) => f !== undefined)]),
  );
  const done = new Set<string>();
  const cycles: string[] = [];
  const walk = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) cycles.push([...path.slice(path.indexOf(name)), name].join(' -> '));
    if (done.has(name) || path.includes(name)) return;
    for (const next of edges.get(name) ?? []) walk(next, [...path, name]);
    done.add(name);
  };
  for (const name of edges.keys()) walk(name, []);
  assert.deepEqual(cycles, []);
});

test('only io/node touches the outside', () => {
  const wrong = sources
    .filter((s) => !s.name.startsWith(outside) && s.room !== '')
    .flatMap((s) =>
      s.imports.filter((i) => i.startsWith('node:') && !computing.has(i)).map((i) => `${s.name} imports ${i}`),
    );
  assert.deepEqual(wrong, []);
});

test('the pure rooms read no clock, set no timer and draw no random number', () => {
  const impure =
    /\bnew Date\(\)|\bDate\.now\b|\bsetTimeout\b|\bsetInterval\b|\bsetImmediate\b|\bMath\.random\b|\brandomBytes\b|\brandomUUID\b|\bprocess\.|\bperformance\.\w/;
  const wrong = sources
    .filter((s) => pure.some((folder) => s.name.startsWith(`${folder}/`)))
    .flatMap((s) =>
      s.text
        .split('\n')
        .flatMap((line, i) =>
          impure.test(line) && !/^\s*(\*|\/\/|\/\*)/.test(line) ? [`${s.name}:${i + 1}: ${line.trim()}`] : [],
        ),
    );
  assert.deepEqual(wrong, []);
});

test('a library is used only in the room it was chosen for', () => {
  const wrong = sources
    .filter((s) => !s.name.startsWith(outside))
    .flatMap((s) =>
      s.imports
        .filter((i) => !i.startsWith('.') && !i.startsWith('node:'))
        .filter((i) => !libraries[s.room]?.some((r) => r.test(i)))
        .map((i) => `${s.name} imports ${i}`),
    );
  assert.deepEqual(wrong, []);
});
