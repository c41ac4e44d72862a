import { GatewayError, type GatewayErrorCode, type Log } from '../../io/index.ts';
import type { PkiMessages } from '../messages.ts';

/** How a CA gave no answer at all: nobody could be asked, or what came back was late, cut short or no HTTP. */
export type Silence = 'unreachable' | 'unusable';

const unusable: readonly GatewayErrorCode[] = ['connection-timeout', 'connection-reset', 'http-failed'];

/** undefined: whoever says too much has answered. */
export function silenceOf(error: unknown): Silence | undefined {
  if (!(error instanceof GatewayError)) return 'unreachable';
  if (error.code === 'answer-too-large') return undefined;
  return unusable.includes(error.code) ? 'unusable' : 'unreachable';
}

export function tellSilence(log: Log<PkiMessages>, silence: Silence, name: string, reason: string): void {
  if (silence === 'unreachable') log('SOCKETSEND');
  else log('CA_SILENT', { name, reason });
}
