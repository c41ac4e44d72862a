import type { KeepaliveProfile } from '../../call/index.ts';
import { heartbeatDefaults } from '../../sip/settings.ts';
import { configMode, entryLens, opener, settingsOf } from '../config-mode.ts';
import { blocks } from '../section.ts';
import type { Tree } from '../tree.ts';

const setting = settingsOf<KeepaliveProfile>();
const lens = entryLens<number, KeepaliveProfile>(
  (tree) => tree.voiceClasses.keepalives,
  (tree, keepalives) => ({ ...tree, voiceClasses: { ...tree.voiceClasses, keepalives } }),
);

export const transportWords = { system: 'system', udp: 'udp', tcp: 'tcp', tls: 'tcp tls' } as const;

export const keepaliveMode = configMode<KeepaliveProfile>({
  name: 'config-class-keepalive',
  prompt: 'config-class',
  lens,
  settings: [
    setting('description <text:line>', 'Description of the profile', {
      set: (profile, { text }) => ({ ...profile, description: text }),
      unset: ({ description: _, ...profile }) => profile,
      print: ({ description }) => (description === undefined ? undefined : `description ${description}`),
    }),
    setting('down-interval <seconds:int(5-1200)>', 'Seconds from one OPTIONS to the next while there is no answer', {
      standard: '30',
      set: (profile, { seconds }) => ({ ...profile, downSeconds: seconds }),
      unset: (profile) => ({ ...profile, downSeconds: heartbeatDefaults.downSeconds }),
      print: ({ downSeconds }) =>
        downSeconds === heartbeatDefaults.downSeconds ? undefined : `down-interval ${downSeconds}`,
      default: 'down-interval 30',
    }),
    setting('up-interval <seconds:int(5-1200)>', 'Seconds from one OPTIONS to the next while there are answers', {
      standard: '60',
      set: (profile, { seconds }) => ({ ...profile, upSeconds: seconds }),
      unset: (profile) => ({ ...profile, upSeconds: heartbeatDefaults.upSeconds }),
      print: ({ upSeconds }) => (upSeconds === heartbeatDefaults.upSeconds ? undefined : `up-interval ${upSeconds}`),
      default: 'up-interval 60',
    }),
    setting('retry <count:int(1-10)>', 'Failures in a row after which no calls are sent', {
      standard: '5',
      set: (profile, { count }) => ({ ...profile, retries: count }),
      unset: (profile) => ({ ...profile, retries: heartbeatDefaults.retries }),
      print: ({ retries }) => (retries === heartbeatDefaults.retries ? undefined : `retry ${retries}`),
      default: 'retry 5',
    }),
    setting('transport {tcp [tls] | udp | system}', 'Transport of OPTIONS', {
      standard: 'system',
      set: (profile, { tls, udp, system }) => ({
        ...profile,
        transport: system ? 'system' : udp ? 'udp' : tls ? 'tls' : 'tcp',
      }),
      unset: (profile) => ({ ...profile, transport: 'system' }),
      print: ({ transport }) => (transport === 'system' ? undefined : `transport ${transportWords[transport]}`),
      default: 'transport system',
    }),
    setting('shutdown', 'Ask nobody', {
      standard: 'off',
      set: (profile) => ({ ...profile, shutdown: true }),
      unset: (profile) => ({ ...profile, shutdown: false }),
      print: ({ shutdown }) => (shutdown ? 'shutdown' : undefined),
      default: 'no shutdown',
    }),
  ],
});

export const keepaliveOpener = opener(
  'voice class sip-options-keepalive <tag:int(1-10000)>',
  'How targets are asked whether they live',
  {
    mode: 'config-class-keepalive',
    focus: ({ tag }) => tag,
    create: (tree, { tag }, { world }) =>
      tree.voiceClasses.keepalives.has(tag)
        ? tree
        : lens.write(
            tree,
            tag,
            { tag, ...heartbeatDefaults, transport: 'system', shutdown: false },
            world.config.batch,
          ),
    remove: (tree, { tag }, { world }) => lens.remove(tree, tag, world.config.batch),
  },
);

export function printKeepalives(tree: Tree, all: boolean): readonly string[] {
  return blocks(
    Array.from(tree.voiceClasses.keepalives.keys(), (tag) => [
      `voice class sip-options-keepalive ${tag}`,
      ...keepaliveMode.print(tree, tag, all),
    ]),
  );
}
