/** Log lines go to the hosts that `logging host` names, from the address of the interface that `logging source-interface` names. */
import type { Tree, World } from './commands/index.ts';
import { type Logging, type Outside, SyslogSender, type SyslogSettings } from './io/index.ts';

export interface Syslog {
  /** Follows the running configuration: hosts, names and addresses. */
  follow(): void;
  /** The log as commands see it. */
  readonly face: World['system']['logging'];
  stop(): void;
}

export function syslogOf(io: Pick<Outside, 'network'>, logs: Logging, running: () => Tree): Syslog {
  const sender = new SyslogSender(io.network);
  const unwatch = logs.watch((line, severity) => sender.send(line, severity), 'trap');
  return {
    follow: () => void sender.configure(syslogSettings(running())),
    face: { report: () => ({ ...logs.report(), hosts: sender.report() }), clear: () => logs.clear() },
    stop: () => {
      unwatch();
      sender.stop();
    },
  };
}

function syslogSettings(tree: Tree): SyslogSettings {
  const { hosts, facility, sourceInterface } = tree.logging;
  const address = sourceInterface && tree.interfaces.get(sourceInterface)?.address?.address;
  return {
    hosts,
    facility,
    origin: originOf(tree, address),
    ...(sourceInterface === undefined ? {} : { source: address ?? 'nowhere' }),
  };
}

function originOf({ logging: { originId }, hostname }: Tree, address: string | undefined): string | undefined {
  if (originId === 'hostname') return hostname;
  if (originId === 'ip') return address;
  return originId?.text;
}
