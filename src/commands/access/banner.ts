import { CommandError, command, type Invocation, type Terminal } from '../../cli/index.ts';
import type { CommandSet } from '../command-set.ts';
import { section } from '../section.ts';
import type { World } from '../world.ts';
import { changeAccess } from './change.ts';
import { type BannerName, bannerNames } from './settings.ts';

const mostLines = 200;
const longest = 8000;

const helps: Readonly<Record<BannerName, string>> = {
  exec: 'Set EXEC process creation banner',
  login: 'Set login banner',
  motd: 'Set Message of the Day banner',
};

function banner(name: BannerName) {
  const syntax = `banner ${name} <text:line>` as const;
  return command<typeof syntax, World>(
    syntax,
    helps[name],
    async ({ text }, invocation) => {
      if (invocation.form !== 'set') return change(invocation, name, undefined);
      change(invocation, name, await readBanner(text, invocation.terminal));
    },
    { negatable: true },
  );
}

function change(invocation: Invocation<World>, name: BannerName, text: string | undefined): void {
  changeAccess(invocation, (access) => {
    const { [name]: _, ...others } = access.banners;
    return { ...access, banners: text === undefined ? others : { ...others, [name]: text } };
  });
}

/**
 * The text between two delimiters: the first character of the line, or `^C` as running-config shows it. Lines are read
 * until the delimiter comes again.
 */
async function readBanner(typed: string, terminal: Terminal): Promise<string> {
  const delimiter = typed.startsWith('^C') ? '^C' : typed.charAt(0);
  let text = typed.slice(delimiter.length);
  if (!text.includes(delimiter) && text === '') {
    terminal.print(`Enter TEXT message.  End with the character '${delimiter}'.`);
  }
  for (let lines = 0; !text.includes(delimiter); lines++) {
    const line = await terminal.ask('');
    if (line === undefined) throw new CommandError('% The banner has no end');
    if (lines >= mostLines || text.length + line.length > longest) throw new CommandError('% The banner is too long');
    text += `\n${line}`;
  }
  return printable(text.slice(0, text.indexOf(delimiter)));
}

/** What a banner brings to a terminal is text and nothing that drives it. Blanks before a line's end are nothing to see. */
function printable(text: string): string {
  const lines = text.split('\n');
  const trimmed = lines.map((line, i) => (i < lines.length - 1 ? line.trimEnd() : line)).join('\n');
  return trimmed.replace(/[^\t\n\x20-\x7e\xa0-\uffff]/g, '');
}

/** Delimiters to print with, the first that does not stand in the text. */
const delimiters = ['^C', '#', '@', '%', '~', '|', '$', '&', '+', '='];

function print(name: BannerName, text: string): readonly string[] {
  const delimiter = delimiters.find((one) => !text.includes(one)) ?? '\x7f';
  return `banner ${name} ${delimiter}${text}${delimiter}`.split('\n');
}

export const bannerCommands: CommandSet = {
  config: bannerNames.map(banner),
  sections: [
    section('banner', ({ access: { banners } }) =>
      bannerNames.flatMap((name) => {
        const text = banners[name];
        return text === undefined ? [] : print(name, text);
      }),
    ),
  ],
};
