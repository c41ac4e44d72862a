import type { PortReport } from '../../port/index.ts';

const heading = [
  '                                           IN       OUT',
  'PORT            CH   SIG-TYPE   ADMIN OPER STATUS   STATUS   EC',
  '=============== == ============ ===== ==== ======== ======== ==',
];
const ending = ['', 'PWR FAILOVER PORT        PSTN FAILOVER PORT', '=================        =================='];

/** `show voice port summary`. */
export function printVoicePortSummary(ports: readonly PortReport[]): readonly string[] {
  return [...heading, ...ports.map(printRow), ...ending];
}

function printRow(port: PortReport): string {
  const state = `${port.admin.padEnd(6)}${port.operational.padEnd(5)}`;
  return `${port.name.padEnd(16)}--  fxs-ls          ${state}${port.inStatus.padEnd(9)}${port.outStatus.padEnd(9)}y`;
}
