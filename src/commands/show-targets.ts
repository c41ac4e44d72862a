import type { TargetReport } from '../sip/index.ts';

/** `show sip-ua targets`, ours: places that failed lately, and for how long others of the same name are asked before them. */
export function printTargets(targets: readonly TargetReport[]): readonly string[] {
  if (targets.length === 0) return ['No target has failed'];
  return [
    'Transport Address                                       Failures Asked last for Reason',
    '========= ============================================= ======== ============== ======================',
    ...targets.map(({ transport, host, port, failures, reason, shunnedMs }) => {
      const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
      const wait = `${Math.ceil(shunnedMs / 1000)} s`;
      return `${transport.padEnd(9)} ${address.padEnd(45)} ${String(failures).padStart(8)} ${wait.padStart(14)} ${reason}`;
    }),
  ];
}
