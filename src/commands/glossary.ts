import type { Glossary } from '../cli/index.ts';
import { accessWords } from './glossary/access.ts';
import { cryptoWords } from './glossary/crypto.ts';
import { sipWords } from './glossary/sip.ts';
import { systemWords } from './glossary/system.ts';
import { voiceWords } from './glossary/voice.ts';

/** Words that mean the same wherever they stand. */
const commonWords: Glossary = {
  all: 'Both of them',
  brief: 'Short form',
  clear: 'Reset functions',
  count: 'How many times',
  default: 'Whatever no other line names',
  detail: 'Every connection',
  minimum: 'At least',
  mode: 'Mode',
  no: 'Disable debugging functions',
  none: 'Nothing',
  show: 'Show running system information',
  'source-interface': 'The interface whose address is used',
  status: 'Status',
  summary: 'Summary',
  system: 'As configured for the system',
  to: 'To',
  type: 'Type',
  verbose: 'With every field',
  '<address>': 'IP address',
  '<mask>': 'IP mask',
  '<seconds>': 'Seconds',
  '<value>': 'Milliseconds',
  '<prefix>': 'Length of the mask',
  max: 'At most',
  min: 'At least',
};

/** By subject; no word is in two of them. */
export const glossaries: readonly Glossary[] = [
  commonWords,
  accessWords,
  cryptoWords,
  sipWords,
  systemWords,
  voiceWords,
];

/** What `?` says about a word that is not the last of a command; by word, argument, or the words up to there. */
export const glossary: Glossary = Object.assign({}, ...glossaries);
