import type { DialPeer } from '../call/index.ts';
import type { CallTranslation } from '../port/settings.ts';
import type { Block } from './block.ts';
import { numberKinds } from './number-kinds.ts';
import type { Tree } from './tree.ts';

/** A line that names something, in the block it stands in. */
export interface Reference {
  readonly block: Block;
  readonly line: string;
  /** What is named: `voice class codec 77`. */
  readonly names: string;
}

type Found = readonly Reference[];

/** What is named in one block. */
class Names {
  readonly #block: Block;
  readonly found: Reference[] = [];

  constructor(block: Block) {
    this.#block = block;
  }

  /** `line` names `name`, where a name is given; it is told of when `known` has not got it. */
  add<K extends string | number>(line: string, kind: string, name: K | undefined, known: Known<K>): this {
    if (name === undefined || known.has(name)) return this;
    this.found.push({ block: this.#block, line, names: `${kind} ${name}` });
    return this;
  }
}

interface Known<K> {
  has(name: K): boolean;
}

/**
 * What refers to what, where nothing of that name is: lines that are taken in any order, as on IOS, and lead nowhere until
 * the other one is typed.
 */
export function undefinedReferences(tree: Tree): Found {
  return [
    ...classReferences(tree),
    ...signalingReferences(tree),
    ...certificateReferences(tree),
    ...portReferences(tree),
    ...[...tree.dialPlan.peers.values()].flatMap((peer) => peerReferences(peer, tree)),
    ...otherReferences(tree),
  ];
}

/** Such a line is told of by `unaddressed` too, which says what follows of it. */
export function isOfInterface({ names }: Reference): boolean {
  return names.startsWith('interface ');
}

/** Whether what can refer, or be referred to, is another. */
export function touchesReferences(old: Tree, next: Tree): boolean {
  const parts = ['dialPlan', 'voiceClasses', 'sip', 'tlsClasses', 'voicePorts', 'pki', 'interfaces'] as const;
  const others = ['http', 'time', 'access', 'logging'] as const;
  return [...parts, ...others].some((part) => old[part] !== next[part]);
}

function peerReferences(peer: DialPeer, tree: Tree): Found {
  const { voiceClasses: classes, sip } = tree;
  const names = new Names([`dial-peer voice ${peer.tag} ${peer.kind}`]);
  const { translation, destinationMap, incomingCalledMap, incomingCallingMap, destinationGroup } = peer;
  const maps = [
    ['destination', destinationMap],
    ['incoming called', incomingCalledMap],
    ['incoming calling', incomingCallingMap],
  ] as const;
  addTranslation(names, translation, tree);
  for (const [words, tag] of maps) {
    names.add(`${words} e164-pattern-map ${tag}`, 'voice class e164-pattern-map', tag, classes.patternMaps);
  }
  names.add(`destination dpg ${destinationGroup}`, 'voice class dpg', destinationGroup, classes.peerGroups);
  if (peer.kind === 'pots') return names.add(`port ${peer.port}`, 'voice-port', peer.port, tree.voicePorts).found;
  const { tenant, serverGroup, codecClass, incomingUri, destinationUri, keepalive } = peer;
  names
    .add(`voice-class sip tenant ${tenant}`, 'voice class tenant', tenant, sip.tenants)
    .add(`session server-group ${serverGroup}`, 'voice class server-group', serverGroup, classes.serverGroups)
    .add(`destination uri ${destinationUri}`, 'voice class uri', destinationUri, classes.uris)
    .add(`voice-class codec ${codecClass?.tag}`, 'voice class codec', codecClass?.tag, classes.codecs);
  for (const [place, name] of Object.entries(incomingUri)) {
    names.add(`incoming uri ${place} ${name}`, 'voice class uri', name, classes.uris);
  }
  const profile = keepalive !== undefined && 'profile' in keepalive ? keepalive.profile : undefined;
  const line = `voice-class sip options-keepalive profile ${profile}`;
  names.add(line, 'voice class sip-options-keepalive', profile, classes.keepalives);
  addBind(names, 'voice-class sip bind', peer.bind ?? {}, tree);
  return names.found;
}

function addTranslation(names: Names, { incoming, outgoing }: CallTranslation, { voiceClasses }: Tree): void {
  const kind = 'voice translation-profile';
  names
    .add(`translation-profile incoming ${incoming}`, kind, incoming, voiceClasses.profiles)
    .add(`translation-profile outgoing ${outgoing}`, kind, outgoing, voiceClasses.profiles);
}

function addBind(names: Names, words: string, { control, media }: Tree['sip']['bind'], { interfaces }: Tree): void {
  names
    .add(`${words} control source-interface ${control}`, 'interface', control, interfaces)
    .add(`${words} media source-interface ${media}`, 'interface', media, interfaces);
}

function classReferences(tree: Tree): Found {
  const { voiceClasses, sip, tlsClasses, dialPlan } = tree;
  const profiles = [...voiceClasses.profiles.values()].flatMap(({ name, rules }) => {
    const names = new Names([`voice translation-profile ${name}`]);
    for (const [kind, word] of numberKinds) {
      const rule = rules[kind];
      names.add(`translate ${word} ${rule}`, 'voice translation-rule', rule, voiceClasses.rules);
    }
    return names.found;
  });
  const groups = [...voiceClasses.peerGroups.values()].flatMap(({ tag, members }) => {
    const names = new Names([`voice class dpg ${tag}`]);
    for (const { peer } of members) names.add(`dial-peer ${peer}`, 'dial-peer voice', peer, dialPlan.peers);
    return names.found;
  });
  const tenants = [...sip.tenants.values()].flatMap(({ tag, tlsProfile, bind }) => {
    const names = new Names([`voice class tenant ${tag}`]);
    names.add(`tls-profile ${tlsProfile}`, 'voice class tls-profile', tlsProfile, tlsClasses.profiles);
    addBind(names, 'bind', bind, tree);
    return names.found;
  });
  return [...profiles, ...groups, ...tenants, ...tlsReferences(tree)];
}

function tlsReferences({ tlsClasses, pki: { trustpoints } }: Tree): Found {
  const kind = 'crypto pki trustpoint';
  return [...tlsClasses.profiles.values()].flatMap(({ tag, trustpoint, cipher, clientVtp }) => {
    const own = `trustpoint ${trustpoint?.name}`;
    const cipherTag = typeof cipher === 'number' ? cipher : undefined;
    return new Names([`voice class tls-profile ${tag}`])
      .add(own, kind, trustpoint?.name, trustpoints)
      .add(`${own} client ${trustpoint?.client}`, kind, trustpoint?.client, trustpoints)
      .add(`client-vtp ${clientVtp}`, kind, clientVtp, trustpoints)
      .add(`cipher ${cipher}`, 'voice class tls-cipher', cipherTag, tlsClasses.ciphers).found;
  });
}

function signalingReferences(tree: Tree): Found {
  const { sip, tlsClasses, pki } = tree;
  const names = new Names(['sip-ua']);
  for (const entry of sip.signaling) {
    const { remote } = entry;
    const peer = remote === undefined ? 'default' : `remote-addr ${remote.address} ${remote.mask}`;
    const words = `crypto signaling ${peer}`;
    if ('tlsProfile' in entry) {
      const { tlsProfile: tag } = entry;
      names.add(`${words} tls-profile ${tag}`, 'voice class tls-profile', tag, tlsClasses.profiles);
      continue;
    }
    const { trustpoint, clientVtp } = entry;
    const line = `${words} trustpoint ${trustpoint}`;
    names
      .add(line, 'crypto pki trustpoint', trustpoint, pki.trustpoints)
      .add(`${line} client-vtp ${clientVtp}`, 'crypto pki trustpoint', clientVtp, pki.trustpoints);
  }
  const service = new Names(['voice service voip', 'sip']);
  addBind(service, 'bind', sip.bind, tree);
  return [...service.found, ...names.found];
}

function certificateReferences({ pki, interfaces }: Tree): Found {
  const maps = new Set([...(pki.certificateMaps?.values() ?? [])].map(({ name }) => name));
  const trustpoints = [...pki.trustpoints.values()].flatMap(({ name, trust = {}, sourceInterface }) => {
    const names = new Names([`crypto pki trustpoint ${name}`]).add(
      `source interface ${sourceInterface}`,
      'interface',
      sourceInterface,
      interfaces,
    );
    names.add(`chain-validation continue ${trust.parent}`, 'crypto pki trustpoint', trust.parent, pki.trustpoints);
    for (const { map } of trust.matches ?? [])
      names.add(`match certificate ${map}`, 'crypto pki certificate map', map, maps);
    return names.found;
  });
  const credentials = [...(pki.profiles?.values() ?? [])].flatMap(
    ({ name, credential }) =>
      new Names([`crypto pki profile enrollment ${name}`]).add(
        `enrollment credential ${credential}`,
        'crypto pki trustpoint',
        credential,
        pki.trustpoints,
      ).found,
  );
  return [...trustpoints, ...credentials];
}

function portReferences(tree: Tree): Found {
  return [...tree.voicePorts.values()].flatMap(({ name, translation }) => {
    const names = new Names([`voice-port ${name}`]);
    addTranslation(names, translation, tree);
    return names.found;
  });
}

function otherReferences({ dialPlan, voiceClasses, interfaces, http, time, access, logging }: Tree): Found {
  const incoming = dialPlan.voipIncoming;
  const kind = 'voice translation-profile';
  const names = new Names([])
    .add(`voip-incoming translation-profile ${incoming}`, kind, incoming, voiceClasses.profiles)
    .add(`ip http source-interface ${http.sourceInterface}`, 'interface', http.sourceInterface, interfaces)
    .add(`ip ssh source-interface ${access.ssh.sourceInterface}`, 'interface', access.ssh.sourceInterface, interfaces)
    .add(`logging source-interface ${logging.sourceInterface}`, 'interface', logging.sourceInterface, interfaces);
  for (const { host, source } of time.servers) {
    names.add(`ntp server ${host} source ${source}`, 'interface', source, interfaces);
  }
  return names.found;
}
