import { type VoicePortSettings, voicePortDefaults } from '../../port/index.ts';
import type { CommandSet } from '../command-set.ts';
import { configMode, entryLens, opener, settingsOf } from '../config-mode.ts';
import { blocks, section } from '../section.ts';
import { portName } from './port-name.ts';
import { translationSetting } from './translation.ts';

const setting = settingsOf<VoicePortSettings>();
const lens = entryLens<string, VoicePortSettings>(
  (tree) => tree.voicePorts,
  (tree, voicePorts) => ({ ...tree, voicePorts }),
);

const callerIdTypes = ['1', '2', 'bellcore', 'dtmf', 'etsi'] as const;

/** `voice-port SLOT/SUBUNIT/PORT`. */
const voicePortMode = configMode<VoicePortSettings>({
  name: 'config-voiceport',
  prompt: 'config-voiceport',
  lens,
  settings: [
    setting('description <text:line>', 'Description of what this port is connected to', {
      set: (port, { text }) => ({ ...port, description: text }),
      unset: ({ description: _, ...port }) => port,
      print: ({ description }) => (description === undefined ? undefined : `description ${description}`),
    }),
    translationSetting<VoicePortSettings>('Translation profile of calls through this port'),
    setting('shutdown', 'Take voice-port offline', {
      set: (port) => ({ ...port, shutdown: true }),
      unset: (port) => ({ ...port, shutdown: false }),
      print: ({ shutdown }) => (shutdown ? 'shutdown' : undefined),
      default: 'no shutdown',
    }),
    setting('device {none | answer | no-answer | busy}', 'What is plugged into the port', {
      standard: 'none',
      ours: true,
      set: (port, { answer, noAnswer, busy }) => ({
        ...port,
        device: answer ? 'answer' : noAnswer ? 'no-answer' : busy ? 'busy' : 'none',
      }),
      unset: (port) => ({ ...port, device: voicePortDefaults.device }),
      print: ({ device }) => (device === 'none' ? undefined : `device ${device}`),
      default: `device ${voicePortDefaults.device}`,
    }),
    setting('busyout monitor keepalive', 'Out of service while no keepalive target of the SIP user agent answers', {
      standard: 'off',
      set: (port) => ({ ...port, monitorsKeepalive: true }),
      unset: ({ monitorsKeepalive: _, ...port }) => port,
      print: ({ monitorsKeepalive }) => (monitorsKeepalive ? 'busyout monitor keepalive' : undefined),
      default: 'no busyout monitor keepalive',
    }),
    setting('timeouts ringing {<seconds:int(3-3600)> | infinity}', 'How long the telephone rings that nobody answers', {
      standard: '180',
      set: ({ ringing: _, ...port }, { seconds = 'infinity' as const }) =>
        seconds === 180 ? port : { ...port, ringing: seconds },
      unset: ({ ringing: _, ...port }) => port,
      print: ({ ringing }) => (ringing === undefined ? undefined : `timeouts ringing ${ringing}`),
      default: 'timeouts ringing 180',
    }),
    setting('caller-id enable [type {1 | 2 | bellcore | dtmf | etsi}]', 'Send the calling number to the telephone', {
      standard: 'off',
      set: (port, args) => ({ ...port, callerId: callerIdTypes.find((type) => args[type]) ?? '' }),
      unset: ({ callerId: _, ...port }) => port,
      print: ({ callerId }) => {
        if (callerId === undefined) return undefined;
        return callerId === '' ? 'caller-id enable' : `caller-id enable type ${callerId}`;
      },
      default: 'no caller-id enable',
    }),
  ],
});

export const voicePortCommands: CommandSet = {
  config: [
    opener('voice-port <name:word>', 'Configure a specific voice port', {
      mode: 'config-voiceport',
      focus: ({ name }) => portName(name),
      create: (tree, args, { world }) => {
        const name = portName(args.name);
        if (tree.voicePorts.has(name)) return tree;
        return lens.write(tree, name, { ...voicePortDefaults, name }, world.config.batch);
      },
      remove: (tree, { name }, { world }) => lens.remove(tree, portName(name), world.config.batch),
    }),
  ],
  modes: [voicePortMode.definition],
  sections: [
    section('voice-port', (tree, all) =>
      blocks(
        Array.from(tree.voicePorts.keys(), (name) => [`voice-port ${name}`, ...voicePortMode.print(tree, name, all)]),
      ),
    ),
  ],
};
