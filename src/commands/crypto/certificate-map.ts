import { CommandError } from '../../cli/index.ts';
import { type CertificateMapEntry, type MapCriterion, mapTime } from '../../pki/index.ts';
import { configMode, entryLens, opener, settingsOf } from '../config-mode.ts';
import { blocks, section } from '../section.ts';

const setting = settingsOf<CertificateMapEntry>();
const mostCriteria = 16;

const lens = entryLens<string, CertificateMapEntry>(
  ({ pki }) => pki.certificateMaps ?? new Map(),
  (tree, certificateMaps) => ({ ...tree, pki: { ...tree.pki, certificateMaps } }),
);

/** As running-config prints them. */
const order: readonly MapCriterion['field'][] = [
  'issuer-name',
  'subject-name',
  'alt-subject-name',
  'serial-number',
  'valid-start',
  'expires-on',
];

function withCriterion(entry: CertificateMapEntry, criterion: MapCriterion): CertificateMapEntry {
  const others = entry.criteria.filter((one) => printCriterion(one) !== printCriterion(criterion));
  if (others.length >= mostCriteria)
    throw new CommandError(`% No more than ${mostCriteria} lines in a certificate map`);
  const criteria = [...others, criterion].toSorted((a, b) => order.indexOf(a.field) - order.indexOf(b.field));
  return { ...entry, criteria };
}

function without(entry: CertificateMapEntry, field: MapCriterion['field']): CertificateMapEntry {
  return { ...entry, criteria: entry.criteria.filter((one) => one.field !== field) };
}

function printCriterion({ field, operator, value }: MapCriterion): string {
  return `${field} ${operator} ${value}`;
}

type NameField = Exclude<MapCriterion, { time: number }>['field'];
type TimeField = Extract<MapCriterion, { time: number }>['field'];

/** The operator typed, of those that are there. */
function typed<const O extends string>(operators: readonly O[], args: { readonly [K in O]?: true | undefined }): O {
  return operators.find((one) => args[one] === true) ?? operators[0]!;
}

const printField =
  (field: MapCriterion['field']) =>
  ({ criteria }: CertificateMapEntry) =>
    criteria.filter((one) => one.field === field).map(printCriterion);

function nameSetting<const F extends NameField>(field: F, help: string) {
  return setting(`${field} {co | eq | nc | ne} <value:line>`, help, {
    set: (entry, args) => {
      const operator = typed(['co', 'eq', 'nc', 'ne'], args as Partial<Record<string, true>>);
      return withCriterion(entry, { field, operator, value: String((args as { value?: unknown }).value).trim() });
    },
    unset: (entry) => without(entry, field),
    noSyntax: `${field} [<rest:line>]`,
    print: printField(field),
  });
}

function timeSetting<const F extends TimeField>(field: F, help: string) {
  return setting(`${field} {eq | ge | lt | ne} <value:line>`, help, {
    set: (entry, args) => {
      const operator = typed(['eq', 'ge', 'lt', 'ne'], args as Partial<Record<string, true>>);
      const value = String((args as { value?: unknown }).value).trim();
      const time = mapTime(value);
      if (time === undefined) throw new CommandError('% A date is typed as "Jan 31 2027 23:59:59"');
      return withCriterion(entry, { field, operator, value, time });
    },
    unset: (entry) => without(entry, field),
    noSyntax: `${field} [<rest:line>]`,
    print: printField(field),
  });
}

export const certificateMapMode = configMode<CertificateMapEntry>({
  name: 'ca-certificate-map',
  prompt: 'ca-certificate-map',
  lens,
  settings: [
    nameSetting('issuer-name', 'Name of the issuer'),
    nameSetting('subject-name', 'Name of the subject'),
    nameSetting('alt-subject-name', 'Alternative names of the subject'),
    nameSetting('serial-number', 'Serial number, in hexadecimal'),
    timeSetting('valid-start', 'When the certificate begins to be valid'),
    timeSetting('expires-on', 'When the certificate expires'),
  ],
});

const syntax = 'crypto {pki | ca} certificate map <name:word> <sequence:int(1-65535)>';
const keyOf = (name: string, sequence: number): string => `${name} ${sequence}`;

export const certificateMapCommand = opener(syntax, 'Define a map that certificates are compared with', {
  mode: 'ca-certificate-map',
  focus: ({ name, sequence }) => keyOf(name, sequence),
  create: (tree, { name, sequence }, { world }) => {
    const key = keyOf(name, sequence);
    if (lens.read(tree, key) !== undefined) return tree;
    return lens.write(tree, key, { name, sequence, criteria: [] }, world.config.batch);
  },
  remove: (tree, { name, sequence }, { world }) => lens.remove(tree, keyOf(name, sequence), world.config.batch),
});

export const certificateMapSection = section('crypto-map', (tree, all) =>
  blocks(
    [...(tree.pki.certificateMaps ?? [])].map(([key, { name, sequence }]) => [
      `crypto pki certificate map ${name} ${sequence}`,
      ...certificateMapMode.print(tree, key, all),
    ]),
  ),
);
