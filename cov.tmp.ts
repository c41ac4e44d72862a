import { readdirSync, readFileSync } from 'node:fs';
import { commandReference } from './src/commands/index.ts';
const { language } = commandReference();
const used = new Map<string, string>();
const promptOf = (mode: string) => language.mode(mode).prompt;
for (const name of readdirSync('test/transcripts').filter((f) => f.endsWith('.txt'))) {
  for (const l of readFileSync('test/transcripts/' + name, 'utf8').split('\n')) {
    const m = /^[\w.-]+(?:\((.*?)\))?[#>] ?«(.*)»$/.exec(l);
    if (!m) continue;
    const modes = m[1] === undefined ? ['exec'] : language.modes.filter((x) => x.prompt === m[1]).map((x) => x.name);
    for (const mode of modes) {
      const r = language.resolve(mode, m[2]!.trim(), () => true);
      if (r.kind === 'command') used.set(r.command.syntax, name);
    }
  }
}
for (const mode of language.modes) {
  const rows = mode.commands.filter((c) => !c.hidden && !used.has(c.syntax) && !c.help.startsWith('Kept without'));
  console.log(mode.name, mode.commands.length, '\n   ' + rows.map((c) => c.syntax).join('\n   '));
}
