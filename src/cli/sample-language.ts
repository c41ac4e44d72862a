import { type Command, CommandError, command, type Invocation } from './command.ts';
import { Language } from './language.ts';
import type { SaveOutput } from './output-file.ts';

/** What the sample commands did, for the tests of this room. */
export interface SampleWorld {
  hostname: string;
  readonly did: Did[];
}

export interface Did {
  readonly what: string;
  readonly args: unknown;
  readonly form: string;
  readonly line: string;
  readonly focus: unknown;
}

/** A small router: enough commands to show every way a line can go. */
export function sampleLanguage(save?: SaveOutput<SampleWorld>): Language<SampleWorld> {
  return new Language<SampleWorld>(
    [
      { name: 'exec', kind: 'exec', prompt: '', commands: execCommands() },
      { name: 'config', parent: 'exec', prompt: 'config', commands: configCommands() },
      { name: 'config-sip-ua', parent: 'config', prompt: 'config-sip-ua', commands: sipUaCommands() },
      { name: 'config-peer', parent: 'config', prompt: 'config-dial-peer', commands: peerCommands() },
      {
        name: 'config-policy',
        parent: 'config',
        prompt: 'config-res-policy',
        commands: [did('<policy:line>', 'A policy')],
      },
    ],
    { show: 'Show running system information', 'show sip-ua': 'SIP user agent', '<seconds>': 'Seconds', tcp: 'TCP' },
    save,
  );
}

export function sampleWorld(): SampleWorld {
  return { hostname: 'Router', did: [] };
}

type SampleInvocation = Invocation<SampleWorld>;

function note(what: string, args: unknown, { world, form, line, focus }: SampleInvocation): void {
  world.did.push({ what, args, form, line, focus });
}

function did(syntax: string, help: string, options: Parameters<typeof command>[3] = {}): Command<SampleWorld> {
  return command<string, SampleWorld>(syntax, help, (args, invocation) => note(syntax, args, invocation), options);
}

function execCommands(): readonly Command<SampleWorld>[] {
  return [
    did('show ip interface', 'IP interface status', { privilege: 1 }),
    did('show interfaces', 'Interface status', { privilege: 1 }),
    did('show inventory', 'Physical inventory'),
    did('show sip-ua status', 'SIP UA listener status', { privilege: 1 }),
    did('show sip-ua connections {tcp [tls] | udp} {brief | detail}', 'Connections'),
    did('show secret', 'Never listed', { hidden: true }),
    command<string, SampleWorld>('show lines', 'Some lines', (_, { terminal }) => {
      for (const line of ['interface A', ' up', 'interface B', ' down', 'end']) terminal.print(line);
    }),
    command<'show numbers <count:int(1-1000)>', SampleWorld>(
      'show numbers <count:int(1-1000)>',
      'Count',
      ({ count }, { terminal }) => {
        for (let i = 1; i <= count; i++) terminal.print(`${i}`);
      },
    ),
    did('command dog cow', 'Cow'),
    did('command dog crow', 'Crow'),
    did('ping <target:host>', 'Send echo messages'),
    command<string, SampleWorld>('greet', 'Ask for a name', async (_, { terminal }) => {
      const name = await terminal.ask('Name: ');
      const word = await terminal.ask('Password: ', { hidden: true });
      terminal.print(`Hello ${name} ${word}`);
    }),
  ];
}

function configCommands(): readonly Command<SampleWorld>[] {
  return [
    command<'hostname <name:word>', SampleWorld>('hostname <name:word>', 'Set the name', ({ name }, invocation) => {
      note('hostname', { name }, invocation);
      invocation.world.hostname = name;
    }),
    did('ip address <address:ipv4> <mask:mask>', 'Address', { negatable: true }),
    did('ip host <name:word> <address:ipv4>...', 'Name', { negatable: true, noSyntax: 'ip host <name:word>' }),
    did('banner <text:line>', 'Banner'),
    did('key generate rsa [label <label:word> | exportable | modulus <bits:int(360-4096)>]...', 'Keys'),
    opener('sip-ua', 'config-sip-ua'),
    opener('resource policy', 'config-policy'),
    command<'dial-peer voice <tag:int(1-2147483647)> {pots | voip}', SampleWorld>(
      'dial-peer voice <tag:int(1-2147483647)> {pots | voip}',
      'Dial peer',
      ({ tag }, { session }) => session.enter('config-peer', tag),
    ),
    command<string, SampleWorld>('refuse', 'Refuses', () => {
      throw new CommandError('% No\n% Never');
    }),
    command<string, SampleWorld>('refuse later', 'Refuses when it has waited', async () => {
      await Promise.resolve();
      throw new CommandError('% Not now');
    }),
    did('crypto-map', 'Begins like crypto', { negatable: true }),
    command<string, SampleWorld>('break [password <secret:word>]', 'Breaks', () => {
      throw new Error('broken');
    }),
    command<string, SampleWorld>('paste', 'Reads lines up to quit', async (_, invocation) => {
      const lines: string[] = [];
      for (;;) {
        const line = await invocation.terminal.ask('');
        if (line === undefined || line.trim() === 'quit') break;
        lines.push(line);
      }
      note('paste', { lines }, invocation);
    }),
  ];
}

function opener(syntax: string, mode: string): Command<SampleWorld> {
  return command<string, SampleWorld>(syntax, 'Opens a mode', (_, { session }) => session.enter(mode));
}

function sipUaCommands(): readonly Command<SampleWorld>[] {
  return [
    did('registrar <target:word> [expires <seconds:int(60-65535)>] [tcp [tls]] [secondary]', 'Registrar', {
      negatable: true,
    }),
    did('retry invite <count:int(1-10)>', 'Retries', { negatable: true }),
    did('timers expires <ms:int(60000-300000)>', 'Timers', { negatable: true }),
    did('transport {udp | tcp [tls]}', 'Transport', { negatable: true }),
    did(
      'crypto signaling {default | remote-addr <address:ipv4> <mask:mask>} trustpoint <name:word> [strict-cipher]',
      'T',
    ),
  ];
}

function peerCommands(): readonly Command<SampleWorld>[] {
  return [
    did('destination-pattern <pattern:word>', 'Pattern', { negatable: true }),
    did('shutdown', 'Off', { negatable: true }),
  ];
}
