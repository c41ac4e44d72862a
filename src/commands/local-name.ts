import { CommandError } from '../cli/index.ts';
import type { LocalName } from '../sip/settings.ts';
import { readTarget } from './target.ts';

/** The host name of `localhost dns:NAME [preferred]`. */
export function readLocalName(typed: string, preferred: true | undefined): LocalName {
  const { kind, host, port } = readTarget(typed, 'localhost');
  if (kind !== 'dns' || port !== undefined) throw new CommandError(`% Invalid localhost: ${typed}`);
  return { host, isPreferred: preferred === true };
}

export function localNameText({ host, isPreferred }: LocalName): string {
  return `localhost dns:${host}${isPreferred ? ' preferred' : ''}`;
}
