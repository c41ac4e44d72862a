import type { PkiTimer } from '../../pki/index.ts';
import { show } from '../show.ts';

/** What the PKI will do by itself, and in which time; `detail` adds the instant. */
export const showTimers = show(
  'show crypto {pki | ca} timers [detail]',
  'Timers of the PKI',
  ({ pki, system }) => {
    const timers = pki.timers().toSorted((a, b) => a.at - b.at);
    return { now: system.now(), timers };
  },
  ({ now, timers }, { detail }) => {
    const line = ({ at, kind, subject }: PkiTimer): string =>
      `  |${remaining(at - now)}  ${detail === true ? `(${instant(at)}) ` : ''}${kind} ${subject}`;
    const section = (title: string, some: readonly PkiTimer[]): readonly string[] => {
      const [first] = some;
      return first === undefined ? [] : [title, `|${remaining(first.at - now)}`, ...some.map(line)];
    };
    const isOfServer = ({ kind }: PkiTimer): boolean => kind.startsWith('CS ');
    return [
      ...section(
        'PKI Timers',
        timers.filter((timer) => !isOfServer(timer)),
      ),
      ...section('CS Timers', timers.filter(isOfServer)),
    ];
  },
  { privilege: 1 },
);

const columns = 17;

/** `  12d 3:04:05.678`: days only when there are some. */
function remaining(ms: number): string {
  const left = Math.max(0, Math.round(ms));
  const [days, hours, minutes] = [
    Math.floor(left / 86_400_000),
    Math.floor(left / 3_600_000) % 24,
    Math.floor(left / 60_000) % 60,
  ];
  const seconds = `${String(Math.floor(left / 1000) % 60).padStart(2, '0')}.${String(left % 1000).padStart(3, '0')}`;
  const clock =
    days > 0 || hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`;
  return `${days > 0 ? `${days}d` : ''}${days > 0 ? clock.padStart(12) : clock}`.padStart(columns);
}

function instant(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}
