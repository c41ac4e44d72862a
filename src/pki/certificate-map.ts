import type { Certificate } from './certificate.ts';
import type { CertificateMapEntry, MapCriterion } from './settings.ts';
import { displayName } from './x500-name.ts';

/** Whether one of the map's entries fits; every criterion of an entry must. An empty entry fits nobody. */
export function mapMatches(map: readonly CertificateMapEntry[], certificate: Certificate): boolean {
  return map.some(
    ({ criteria }) => criteria.length > 0 && criteria.every((criterion) => criterionMatches(criterion, certificate)),
  );
}

function criterionMatches(criterion: MapCriterion, certificate: Certificate): boolean {
  if ('time' in criterion) {
    const time = criterion.field === 'valid-start' ? certificate.notBefore : certificate.notAfter;
    return timeMatches(criterion, time);
  }
  const texts = textsOf(criterion.field, certificate);
  const wanted = comparable(criterion.value);
  switch (criterion.operator) {
    case 'eq':
      return texts.includes(wanted);
    case 'ne':
      return !texts.includes(wanted);
    case 'co':
      return texts.some((text) => text.includes(wanted));
    case 'nc':
      return !texts.some((text) => text.includes(wanted));
  }
}

function timeMatches({ operator, time: wanted }: Extract<MapCriterion, { time: number }>, time: number): boolean {
  switch (operator) {
    case 'eq':
      return time === wanted;
    case 'ne':
      return time !== wanted;
    case 'lt':
      return time < wanted;
    case 'ge':
      return time >= wanted;
  }
}

/** A name in the order IOS displays it and in that of the certificate, as an operator may type either. */
function textsOf(field: Exclude<MapCriterion, { time: number }>['field'], certificate: Certificate): readonly string[] {
  if (field === 'serial-number') return [comparable(certificate.serial).replace(/^0+(?=.)/, '')];
  if (field === 'alt-subject-name') {
    const { dns = [], uris = [], addresses = [] } = certificate.alternativeNames ?? {};
    return [...dns, ...uris, ...addresses].map(comparable);
  }
  const shown = displayName(field === 'subject-name' ? certificate.subject : certificate.issuer);
  return [shown.join(','), shown.toReversed().join(',')].map(comparable);
}

/** Case and the blanks around commas and equal signs do not count. */
function comparable(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .split(/([,=])/)
    .map((part) => part.trim())
    .join('');
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** `Jan 31 2027 23:59:59` or `31 01 2027 23:59:59`, the time optional, UTC; undefined when it is no date. */
export function mapTime(text: string): number | undefined {
  const match = /^(\w{2,3})\s+(\d{1,2})\s+(\d{4})(?:\s+(\d{1,2}):(\d\d):(\d\d))?$/.exec(text.trim());
  if (match === null) return undefined;
  const [, first = '', second = '', year = '', ...clock] = match;
  const named = months.indexOf(first.toLowerCase());
  const [month, day] = named >= 0 ? [named + 1, Number(second)] : [Number(second), Number(first)];
  const [hour, minute, seconds] = clock.map((part) => Number(part ?? 0)) as [number, number, number];
  const time = new Date(Date.UTC(Number(year), month - 1, day, hour, minute, seconds));
  const isReal = time.getUTCMonth() === month - 1 && time.getUTCDate() === day && hour < 24;
  return isReal ? time.getTime() : undefined;
}
