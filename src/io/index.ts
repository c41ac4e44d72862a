/**
 * io: every touch of the outside. Interfaces here; `node/` implements them for a real host, `memory/` for simulated time
 * and a simulated network. `logging.ts` is where log lines go, `debug.ts` how what happens is watched without waiting,
 * `syslog.ts` sends log lines to other hosts,
 * `usage.ts` what this program has used of its host.
 * `tls-sessions/` says which TLS session may be resumed with whom, for both sides.
 * `tftp/` reads and writes files at a TFTP URL: `transfer.ts` decides, `client.ts` owns socket and timer.
 * The only room that imports node:net, node:tls, node:dgram, node:fs and their like.
 */
export { canonicalAddress } from './canonical-address.ts';
export type { Clock, Timer } from './clock.ts';
export { DebugHub, type DebugTopic, silentTopic } from './debug.ts';
export { type DescriptorShares, descriptorShares } from './descriptor-shares.ts';
export type { Echo, EchoRequest, EchoResult } from './echo.ts';
export { GatewayError, type GatewayErrorCode } from './errors.ts';
export type { Files } from './files.ts';
export type { HttpClient, HttpRequest, HttpResponse } from './http.ts';
export {
  type Log,
  type LogCatalogue,
  type LogEntry,
  type LogMessage,
  type LogSink,
  type LogValues,
  log,
  printable,
  printLogEntry,
  type Severity,
} from './log.ts';
export { Logging, type LoggingReport, type LoggingSettings, loggingDefaults, logMessages } from './logging.ts';
export type {
  Address,
  ConnectOptions,
  DatagramHandler,
  DatagramSocket,
  Listener,
  ListenerHandler,
  Network,
  Stream,
  StreamHandler,
} from './network.ts';
export type { Outside } from './outside.ts';
export type { Random } from './random.ts';
export type { NamingPointer, Resolver, ServiceRecord } from './resolver.ts';
export type { StampFormat, StampTime, StampZone } from './stamp.ts';
export {
  type SyslogFacility,
  type SyslogHost,
  SyslogSender,
  type SyslogSettings,
  syslogFacilities,
} from './syslog.ts';
export { type RemoteFiles, TftpClient } from './tftp/client.ts';
export type { Tls, TlsConnectOptions, TlsCredentials, TlsPeer, TlsSession, TlsVersion } from './tls.ts';
export type { HopRequest, HopResult, Probe, Trace } from './trace.ts';
export type { ProcessMeter, ProcessUsage } from './usage.ts';
