import type { LogCatalogue } from './io/index.ts';

/** What the gateway as a whole tells the operator. */
export const systemMessages = {
  RESTART: {
    severity: 5,
    text: 'System restarted -- dialpeer, hostname {hostname}',
    cause: 'The gateway has read its configuration and started its services.',
    remedy: 'None.',
  },
  CONFIG_I: {
    severity: 5,
    text: 'Configured from console by {by}',
    cause: 'Somebody left configuration mode, whether he changed something or not.',
    remedy: 'None; `show archive config differences` tells what differs from startup-config.',
  },
  CONFIG_LINE: {
    severity: 3,
    text: 'Configuration line {line} refused: "{text}": {message}',
    cause: 'A line of the configuration file is not understood. The rest of the file is in effect.',
    remedy: 'Correct the line; `dialpeer check FILE` lists all such lines.',
  },
  NO_ADDRESS: {
    severity: 3,
    text: '{line}: the interface has no address, so {effect}',
    cause: 'The interface named does not exist or has no `ip address`. No other address is used in its place.',
    remedy: 'Give the interface an address of this host, or remove the line.',
  },
  NOT_DEFINED: {
    severity: 4,
    text: '{line}: {names} is not defined',
    cause:
      'A line names something that is not in the configuration. It has no effect, or calls fail by it, until it is.',
    remedy: 'Define it, or correct the name; `dialpeer check FILE` and `show configuration inert` list all such lines.',
  },
  STARTUP_UNREADABLE: {
    severity: 2,
    text: 'startup-config cannot be read and was left untouched: {reason}',
    cause: 'The file in the NVRAM folder is damaged or not permitted to this user. The gateway started empty.',
    remedy: 'Repair the file or move it away; `write memory` is refused until then.',
  },
  NVRAM_OPEN: {
    severity: 4,
    text: 'The NVRAM folder has mode {mode}: others than its owner can get at the configuration and the keys in it',
    cause: 'The folder was made by somebody else than the gateway, which makes it with mode 700.',
    remedy: 'Take the permissions of group and others away: `chmod 700`.',
  },
  NVRAM_UNUSABLE: {
    severity: 2,
    text: 'Nothing can be stored: the NVRAM folder cannot be read: {reason}',
    cause: 'What --nvram names is no folder, or this user may not read it. The gateway runs without its keys.',
    remedy: 'Name a folder, or none: it is made when something is stored.',
  },
  PATTERN_FILE: {
    severity: 3,
    text: 'voice class e164-pattern-map {tag}: {url} was not loaded: {reason}',
    cause:
      'The file of a list of number patterns cannot be read, or holds something else. What the map had before holds.',
    remedy: 'Mend the file, then `voice class e164-pattern-map load TAG`.',
  },
  SERVICE_FAILED: {
    severity: 2,
    text: 'Service {service} failed to apply a change: {reason}',
    cause: 'A fault in this program. The change is in the configuration; the other services applied it.',
    remedy: 'Report it with this line; `reload` brings the service back in step.',
  },
  SERVICE_RESTARTED: {
    severity: 6,
    text: 'Service {service} restarted to apply a change',
    cause: 'The change could not be applied to the running service.',
    remedy: 'None.',
  },
  RELOAD: {
    severity: 5,
    text: 'Reload requested by {by}. Reload Reason: {reason}.',
    cause: '`reload` was confirmed, or the time of a scheduled one has come.',
    remedy: 'None.',
  },
  SCHEDULED_RELOAD: {
    severity: 5,
    text: 'Reload requested for {at} at {now} by {by}. Reload Reason: {reason}.',
    cause: '`reload in` or `reload at` was confirmed.',
    remedy: '`reload cancel` takes it back; `show reload` tells what is planned.',
  },
  SCHEDULED_RELOAD_SOON: {
    severity: 4,
    text: 'Reload in {minutes} minutes, requested by {by}. Reload Reason: {reason}.',
    cause: 'The time of a scheduled reload is near.',
    remedy: '`reload cancel` takes it back.',
  },
  SCHEDULED_RELOAD_CANCELLED: {
    severity: 5,
    text: 'Scheduled reload cancelled at {now} by {by}.',
    cause: '`reload cancel` was typed.',
    remedy: 'None.',
  },
  PRIV_AUTH_FAIL: {
    severity: 5,
    text: 'Authentication to Privilege level 15 failed by {user} on {line} ({address})',
    cause: 'Three wrong passwords for `enable`.',
    remedy: 'None when it is a slip.',
  },
  DEBUG_LIMITED: {
    severity: 4,
    text: '{count} debug messages were not shown: more came than can be read',
    cause: 'A `debug` is on and the traffic is heavier than what is shown: some 500 messages a second.',
    remedy: 'Watch less, or on a quieter gateway: `undebug all`. Signalling was not held up.',
  },
  COMMAND_FAULT: {
    severity: 3,
    text: 'Command failed: "{line}": {reason}',
    cause: 'A fault in this program. The session goes on.',
    remedy: 'Report it with this line.',
  },
} as const satisfies LogCatalogue;

/** What it tells of archived configurations and of changes on trial. */
export const archiveMessages = {
  ROLLBK_CNFMD_CHG_START_ABSTIMER: {
    severity: 5,
    text: 'Scheduled to rollback to the configuration that runs now in {minutes} minutes',
    cause: 'A change on trial was begun: `configure terminal revert timer`, or `configure replace` with `time`.',
    remedy: '`configure confirm` keeps what is changed; `configure revert now` takes it back at once.',
  },
  ROLLBK_CNFMD_CHG_WARNING_ABSTIMER: {
    severity: 5,
    text: 'System will rollback in one minute. Enter "configure confirm" if you wish to keep what you\'ve configured',
    cause: 'A change on trial was not confirmed yet.',
    remedy: '`configure confirm`, or `configure revert timer` for more time.',
  },
  ROLLBK_CNFMD_CHG_CONFIRM: {
    severity: 5,
    text: 'The configuration change was confirmed',
    cause: '`configure confirm` was typed.',
    remedy: 'None.',
  },
  ROLLBK_CNFMD_CHG_ROLLBACK_START: {
    severity: 5,
    text: 'The configuration change was not confirmed and is taken back',
    cause: 'The time of a change on trial has passed, or `configure revert now` was typed.',
    remedy: 'None; repeat the change and confirm it in time.',
  },
  ROLLBK_REFUSED: {
    severity: 2,
    text: 'The configuration change could not be taken back: {reason}',
    cause: 'A service refused the earlier configuration. What runs is the change that was not confirmed.',
    remedy: 'Remove what stands in its way and take the change back by hand.',
  },
  ARCHIVE_FAILED: {
    severity: 3,
    text: 'The running configuration could not be archived: {reason}',
    cause: 'The NVRAM folder cannot be written, or no path is set under `archive`.',
    remedy: 'Make room, or set `path`; `archive config` tries again.',
  },
} as const satisfies LogCatalogue;
