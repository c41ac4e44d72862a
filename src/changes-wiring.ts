/** Who follows the running configuration, and in which order. */
import type { HttpServer } from './access/http.ts';
import type { CallService } from './call/index.ts';
import type { Tree } from './commands/index.ts';
import type { ConfigArchive, ConfigStore } from './config/index.ts';
import { tellDoubts } from './doubts.ts';
import type { Log, Logging, Outside } from './io/index.ts';
import type { TargetKeepalives } from './keepalive-wiring.ts';
import type { OpenedPasswords } from './opened-passwords.ts';
import type { PatternFiles } from './pattern-files.ts';
import type { Pki } from './pki/index.ts';
import { httpOfTree } from './pki-wiring.ts';
import { registrationSettings, touchesRegistrations } from './registration-wiring.ts';
import type { Registrations, SipTransport, SipUserAgent } from './sip/index.ts';
import type { Syslog } from './syslog-wiring.ts';
import type { systemMessages } from './system-messages.ts';
import type { Timekeeper } from './time/index.ts';
import { touchesTransport, transportOfTree } from './tls-wiring.ts';
import type { WaysIn } from './ways-in.ts';

export interface Followers {
  readonly io: Pick<Outside, 'resolver'>;
  readonly logs: Logging;
  readonly syslog: Syslog;
  readonly log: Log<typeof systemMessages>;
  readonly time: Timekeeper;
  readonly pki: Pki;
  readonly agent: SipUserAgent;
  readonly transport: SipTransport;
  readonly registrations: Registrations;
  readonly opened: OpenedPasswords;
  readonly targets: TargetKeepalives;
  readonly calls: CallService;
  readonly patternFiles: PatternFiles;
  readonly archive: ConfigArchive;
  readonly http: HttpServer;
  readonly ways: WaysIn;
}

/** Order matters: trust before the sockets that ask for it, sockets before the calls that use them. */
export function followChanges(store: ConfigStore<Tree>, followers: Followers): void {
  const { io, logs, syslog, log, time, pki, agent, transport, registrations, opened } = followers;
  const { targets, calls, patternFiles, archive, http, ways } = followers;
  const follow = (name: string, change: (old: Tree, next: Tree) => void): void =>
    store.register({
      name,
      check: () => undefined,
      reconfigure: (old, next) => {
        change(old, next);
        return 'applied';
      },
    });
  follow('logging', (old, next) => {
    if (old.logging !== next.logging) logs.configure(next.logging);
  });
  follow('syslog', (old, next) => {
    const isOther =
      old.logging !== next.logging || old.interfaces !== next.interfaces || old.hostname !== next.hostname;
    if (isOther) syslog.follow();
  });
  follow('time', (old, next) => {
    if (old.time !== next.time) time.reconfigure(next.time);
  });
  store.register({
    name: 'pki',
    check: (next) => pki.check(next.pki),
    reconfigure: (old, next) => (old.pki === next.pki ? 'applied' : pki.reconfigure(old.pki, next.pki)),
  });
  follow('sip', (old, next) => {
    if (!touchesTransport(old, next)) return;
    agent.reconfigure(next.sip);
    void transport.reconfigure(transportOfTree(next));
  });
  follow('names', (old, next) => {
    if (old.nameServers !== next.nameServers) io.resolver.use(next.nameServers);
    if (old.nameServers !== next.nameServers || old.hosts !== next.hosts) agent.forgetNames();
  });
  follow('registration', (old, next) => {
    if (touchesRegistrations(old, next)) registrations.apply(registrationSettings(opened.of(next)));
  });
  store.register({
    name: calls.name,
    check: (next) => calls.check(next),
    reconfigure: (old, next) => calls.reconfigure(old, patternFiles.of(opened.of(next))),
  });
  follow('keepalives', (old, next) => targets.follow(old, next));
  follow('pattern files', (old, next) => void patternFiles.follow(old, next));
  follow('doubts', (old, next) => tellDoubts(log, next, old));
  follow('archive', (_old, next) => archive.reconfigure(next.archive));
  follow('http', (_old, next) => void http.apply(httpOfTree(next)));
  follow('ssh', () => void ways.follow());
}
