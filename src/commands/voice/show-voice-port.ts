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

/** `show voice port [X/Y/Z]`: a block for each. Levels and timers of the analogue side are not there. */
export function printVoicePort(port: PortReport): readonly string[] {
  const noun = port.name.split('/').length === 3 ? 'Slot is, Sub-unit is, Port is' : 'Slot is, Port is';
  const numbers = port.name.split('/');
  const place = noun.split(', ').map((word, i) => `${word} ${numbers[i] ?? '-'}`);
  return [
    `Foreign Exchange Station ${port.name} ${place.join(', ')}`,
    ' Type of VoicePort is FXS',
    ` Operation State is ${port.operational === 'dorm' ? 'DORMANT' : port.operational.toUpperCase()}`,
    ` Administrative State is ${port.admin.toUpperCase()}`,
    ` Description is ${port.description === '' ? 'not set' : port.description}`,
    ` Station state is ${port.state}, Hook state is ${port.inStatus}, Ring state is ${port.outStatus}`,
    ` Device plugged in: ${port.device}`,
    ` Calls that rang here: ${port.rung}, calls dialled here: ${port.dialled}`,
    '',
  ];
}

function printRow(port: PortReport): string {
  const state = `${port.admin.padEnd(6)}${port.operational.padEnd(5)}`;
  return `${port.name.padEnd(16)}--  fxs-ls          ${state}${port.inStatus.padEnd(9)}${port.outStatus.padEnd(9)}y`;
}
