import { readdirSync, readFileSync } from 'node:fs';

/** The unit of utime and stime in /proc/PID/stat, fixed by Linux: a hundredth of a second. */
const tickSeconds = 0.01;

/** CPU seconds spent so far by a process and all its descendants that live, in user and kernel mode. */
export function cpuSeconds(pid: number): number {
  const processes = readProcesses();
  let ticks = 0;
  const open = [pid];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    ticks += processes.get(next)?.ticks ?? 0;
    for (const [child, { parent }] of processes) if (parent === next) open.push(child);
  }
  return ticks * tickSeconds;
}

interface Process {
  readonly parent: number;
  readonly ticks: number;
}

function readProcesses(): Map<number, Process> {
  const found = new Map<number, Process>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const process = readProcess(name);
    if (process) found.set(Number(name), process);
  }
  return found;
}

function readProcess(pid: string): Process | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined; // it ended while we looked
  }
  // The program's name may hold blanks and brackets: fields are counted from behind it. proc(5): 4 ppid, 14 utime, 15 stime.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
}
