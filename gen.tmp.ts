import { readFileSync, writeFileSync } from 'node:fs';
import { Player, readSteps } from './test/transcripts/replay.ts';
const [from, to] = process.argv.slice(2) as [string, string];
// input: `> typed`, `# ..`, `## ..`, `| ..`
const raw = readFileSync(from, 'utf8').split('\n').filter((l, i, a) => !(l === '' && i === a.length - 1));
const player = new Player();
const out: string[] = [];
for (let i = 0; i < raw.length; i++) {
  const l = raw[i]!;
  if (l.startsWith('# ')) { out.push(l); continue; }
  if (l.startsWith('## ')) {
    const exp: string[] = [];
    while (raw[i + 1]?.startsWith('|')) exp.push(raw[++i]!);
    const step = { line: i, typed: l.slice(3), isDirective: true, expected: exp };
    const screen = await player.screen(step);
    out.push(l, ...exp, ...(step.typed === 'log' ? screen : []));
    continue;
  }
  const hidden = l.startsWith('>> ');
  const typed = l.replace(/^>>? ?/, '');
  const screen = await player.screen({ line: i, typed, isDirective: false, expected: [] });
  const [first = '', ...rest] = screen;
  out.push(hidden ? `${first}‹${typed}›` : `${first.slice(0, first.length - typed.length)}«${typed}»`, ...rest);
}
await player.close();
writeFileSync(to, out.join('\n') + '\n');
process.exit(0);
