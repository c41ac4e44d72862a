import { compileUriPattern, type UriClass } from '../../call/index.ts';
import { CommandError } from '../../cli/index.ts';
import { configMode, entryLens, opener, type Setting, settingsOf } from '../config-mode.ts';
import { blocks } from '../section.ts';
import { readTarget, targetText } from '../target.ts';
import type { Tree } from '../tree.ts';

const mostHosts = 10;
const setting = settingsOf<UriClass>();
const lens = entryLens<string, UriClass>(
  (tree) => tree.voiceClasses.uris,
  (tree, uris) => ({ ...tree, voiceClasses: { ...tree.voiceClasses, uris } }),
);

function checkedPattern(text: string): string {
  if (compileUriPattern(text) === undefined) throw new CommandError(`% Invalid pattern: ${text}`);
  return text;
}

/** An address or a name as it is, else an expression. */
function checkedHost(typed: string): string {
  if (!/^(?:ipv4|ipv6|dns):/i.test(typed)) return checkedPattern(typed);
  const target = readTarget(typed, 'host');
  if (target.port !== undefined) throw new CommandError(`% Invalid host: ${typed}`);
  return targetText(target);
}

type PatternName = 'userId' | 'pattern' | 'phoneNumber' | 'phoneContext';

function patternSetting(words: string, name: PatternName, help: string): Setting<UriClass> {
  return setting(`${words as 'x'} <pattern:word>`, help, {
    standard: 'none',
    set: (record, { pattern }) => ({ ...record, [name]: checkedPattern(pattern) }),
    unset: ({ [name]: _, ...record }) => record as UriClass,
    print: ({ [name]: text }) => (text === undefined ? undefined : `${words} ${text}`),
  });
}

export const uriClassMode = configMode<UriClass>({
  name: 'config-voice-uri-class',
  prompt: 'config-voice-uri-class',
  lens,
  settings: [
    setting('host <host:word>', 'Host of the URI: ipv4:, ipv6:, dns: or a pattern', {
      standard: 'none',
      set: (record, { host }) => {
        const checked = checkedHost(host);
        if (record.hosts.includes(checked)) return record;
        if (record.hosts.length >= mostHosts) throw new CommandError(`% A class has at most ${mostHosts} hosts`);
        return { ...record, hosts: [...record.hosts, checked] };
      },
      unset: (record, { host }) => ({
        ...record,
        hosts: host === undefined ? [] : record.hosts.filter((other) => other !== checkedHost(host)),
      }),
      noSyntax: 'host [<host:word>]',
      print: ({ hosts }) => hosts.map((host) => `host ${host}`),
    }),
    patternSetting('user-id', 'userId', 'User part of the URI'),
    patternSetting('pattern', 'pattern', 'The whole URI'),
    patternSetting('phone number', 'phoneNumber', 'Number of a tel URI'),
    patternSetting('phone context', 'phoneContext', 'The phone-context parameter'),
  ],
});

export const uriClassOpener = opener('voice class uri <name:word> [sip | tel]', 'URIs of calls', {
  mode: 'config-voice-uri-class',
  focus: ({ name }) => name,
  create: (tree, { name, tel, sip }, { world }) => {
    const existing = tree.voiceClasses.uris.get(name);
    const scheme = tel ? 'tel' : sip ? 'sip' : existing?.scheme;
    if (scheme === undefined) throw new CommandError('% Incomplete command.');
    if (existing !== undefined && existing.scheme !== scheme)
      throw new CommandError(`% voice class uri ${name} is of scheme ${existing.scheme}; remove it first`);
    return existing === undefined ? lens.write(tree, name, { name, scheme, hosts: [] }, world.config.batch) : tree;
  },
  remove: (tree, { name }, { world }) => lens.remove(tree, name, world.config.batch),
});

export function printUriClasses(tree: Tree, all: boolean): readonly string[] {
  return blocks(
    Array.from(tree.voiceClasses.uris.values(), ({ name, scheme }) => [
      `voice class uri ${name} ${scheme}`,
      ...uriClassMode.print(tree, name, all),
    ]),
  );
}
