import { CommandError } from '../cli/index.ts';
import type { Reliability } from '../sip/settings.ts';

export interface ReliabilityWords {
  readonly disable?: true | undefined;
  /** The option tag; IOS's own configurations have it in quotes. */
  readonly required?: string | undefined;
  readonly supported?: string | undefined;
}

export function readReliability({ disable, required, supported }: ReliabilityWords): Reliability {
  const tag = required ?? supported ?? '100rel';
  if (!['100rel', '"100rel"'].includes(tag.toLowerCase()))
    throw new CommandError(`% ${tag} is not offered: the tag is 100rel`);
  return disable ? 'disable' : required === undefined ? 'supported' : 'require';
}

export function printReliability(rel1xx: Reliability): string {
  return rel1xx === 'disable' ? 'rel1xx disable' : `rel1xx ${rel1xx} 100rel`;
}
