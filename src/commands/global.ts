import { CommandError, command, type Invocation } from '../cli/index.ts';
import { withEntry, withoutEntry } from '../config/index.ts';
import type { CommandSet } from './command-set.ts';
import { printKept } from './inert-mode.ts';
import { checkedInterface } from './interface.ts';
import { section } from './section.ts';
import { emptyTree, type HttpSettings, httpDefaults, type Tree } from './tree.ts';
import { printExpansions } from './voice/num-exp.ts';
import type { World } from './world.ts';

/** Commits what `change` makes of the running tree. */
function change(invocation: Invocation<World>, make: (tree: Tree, world: World) => Tree): void {
  const { config } = invocation.world;
  const next = make(config.running, invocation.world);
  if (next !== config.running) config.commit(next);
}

const hostname = command<'hostname <name:word>', World>(
  'hostname <name:word>',
  "Set system's network name",
  ({ name }, invocation) => change(invocation, (tree) => ({ ...tree, hostname: newHostname(name, invocation.form) })),
  { negatable: true },
);

function newHostname(name: string, form: Invocation<World>['form']): string {
  if (form !== 'set') return emptyTree.hostname;
  if (/^[A-Za-z0-9_.-]{1,63}$/.test(name)) return name;
  throw new CommandError('% Hostname contains one or more illegal characters.');
}

const domainName = (syntax: 'ip domain name <name:word>' | 'ip domain-name <name:word>', hidden: boolean) =>
  command<typeof syntax, World>(
    syntax,
    'Define the default domain name',
    ({ name }, invocation) =>
      change(invocation, (tree) => ({ ...tree, domainName: invocation.form === 'set' ? name : undefined })),
    { negatable: true, hidden },
  );

const mostAddresses = 8;
const ipHost = command<'ip host <name:host> <addresses:ipv4>...', World>(
  'ip host <name:host> <addresses:ipv4>...',
  'Add an entry to the ip hostname table',
  ({ name, addresses }, invocation) =>
    change(invocation, (tree, { config }) => {
      if (invocation.form === 'set' && addresses.length > mostAddresses) throw new CommandError('% Too many addresses');
      const hosts =
        invocation.form === 'set'
          ? withEntry(config.batch, tree.hosts, name.toLowerCase(), addresses)
          : withoutEntry(config.batch, tree.hosts, name.toLowerCase());
      return hosts === tree.hosts ? tree : { ...tree, hosts };
    }),
  { negatable: true, noSyntax: 'ip host <name:host> [<rest:line>]' },
);

const mostNameServers = 6;
const nameServer = command<'ip name-server <addresses:ipv4>...', World>(
  'ip name-server <addresses:ipv4>...',
  'Specify address of name server to use',
  ({ addresses = [] }, invocation) =>
    change(invocation, (tree) => ({ ...tree, nameServers: newServers(tree.nameServers, addresses, invocation) })),
  { negatable: true },
);

function newServers(old: readonly string[], named: readonly string[], { form }: Invocation<World>): readonly string[] {
  if (form !== 'set') return named.length === 0 ? [] : old.filter((address) => !named.includes(address));
  const all = [...new Set([...old, ...named])];
  if (all.length > mostNameServers) throw new CommandError('% Name-server table is full; cannot add');
  return all;
}

function changeHttp(invocation: Invocation<World>, make: (http: HttpSettings) => HttpSettings): void {
  change(invocation, (tree) => ({ ...tree, http: make(tree.http) }));
}

const http = [
  command<'ip http server', World>(
    'ip http server',
    'Enable http server',
    (_args, invocation) => changeHttp(invocation, (old) => ({ ...old, server: invocation.form === 'set' })),
    { negatable: true },
  ),
  command<'ip http port <port:int(1-65535)>', World>(
    'ip http port <port:int(1-65535)>',
    'Set http server port',
    ({ port }, invocation) =>
      changeHttp(invocation, (old) => ({ ...old, port: invocation.form === 'set' ? port : httpDefaults.port })),
    { negatable: true },
  ),
  command<'ip http source-interface <name:line>', World>(
    'ip http source-interface <name:line>',
    "Answer only on this interface's address",
    ({ name }, invocation) =>
      changeHttp(invocation, ({ sourceInterface: _, ...old }) =>
        invocation.form === 'set' ? { ...old, sourceInterface: checkedInterface(name) } : old,
      ),
    { negatable: true, ours: true },
  ),
];

const dialPeerHunt = command<'dial-peer hunt <order:int(0-7)>', World>(
  'dial-peer hunt <order:int(0-7)>',
  'Define the dial peer hunting choice',
  ({ order }, invocation) =>
    change(invocation, (tree) => ({
      ...tree,
      dialPlan: { ...tree.dialPlan, hunt: invocation.form === 'set' ? order : 0 },
    })),
  { negatable: true },
);

const huntUserBusy = command<'voice hunt user-busy', World>(
  'voice hunt user-busy',
  'Go on hunting when the called user is busy',
  (_, invocation) =>
    change(invocation, (tree) => {
      const { huntUserBusy: _old, ...dialPlan } = tree.dialPlan;
      return { ...tree, dialPlan: invocation.form === 'set' ? { ...dialPlan, huntUserBusy: true } : dialPlan };
    }),
  { negatable: true },
);

const voipIncoming = command<'voip-incoming translation-profile <name:word>', World>(
  'voip-incoming translation-profile <name:word>',
  'Translation profile of every call that comes over SIP',
  ({ name }, invocation) =>
    change(invocation, (tree) => {
      const { voipIncoming: _old, ...dialPlan } = tree.dialPlan;
      return { ...tree, dialPlan: invocation.form === 'set' ? { ...dialPlan, voipIncoming: name } : dialPlan };
    }),
  { negatable: true },
);

function printNames(tree: Tree): readonly string[] {
  return [
    ...(tree.domainName === undefined ? [] : [`ip domain name ${tree.domainName}`]),
    ...[...tree.hosts].map(([name, addresses]) => `ip host ${name} ${addresses.join(' ')}`),
    ...tree.nameServers.map((address) => `ip name-server ${address}`),
  ];
}

function printHttp({ http }: Tree, all: boolean): readonly string[] {
  return [
    http.server ? 'ip http server' : 'no ip http server',
    ...(http.port === httpDefaults.port && !all ? [] : [`ip http port ${http.port}`]),
    ...(http.sourceInterface === undefined ? [] : [`ip http source-interface ${http.sourceInterface}`]),
  ];
}

/** Global configuration that has no mode of its own. */
export const globalCommands: CommandSet = {
  config: [
    hostname,
    domainName('ip domain name <name:word>', false),
    domainName('ip domain-name <name:word>', true),
    ipHost,
    nameServer,
    ...http,
    dialPeerHunt,
    huntUserBusy,
    voipIncoming,
  ],
  sections: [
    section('hostname', (tree) => [`hostname ${tree.hostname}`]),
    section('ip-names', printNames),
    section('ip-http', (tree, all) => [...printHttp(tree, all), ...printKept(tree, 'ip-http', 'config')]),
    section('dial-plan', (tree, all) => [
      ...printExpansions(tree),
      ...(tree.dialPlan.huntUserBusy ? ['voice hunt user-busy'] : []),
      ...(tree.dialPlan.hunt === 0 && !all ? [] : [`dial-peer hunt ${tree.dialPlan.hunt}`]),
      ...(tree.dialPlan.voipIncoming === undefined
        ? []
        : [`voip-incoming translation-profile ${tree.dialPlan.voipIncoming}`]),
      ...printKept(tree, 'dial-plan', 'config', all),
    ]),
  ],
};
