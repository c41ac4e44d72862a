import { CommandError } from '../../cli/index.ts';
import { type TrustpointSettings, trustpointUsages } from '../../pki/index.ts';
import { settingsOf } from '../config-mode.ts';
import { interfaceName } from '../interface-name.ts';
import { storageOf } from './key.ts';

/** What a trustpoint's certificate is for, where its keys lie, and which address it asks from. */

const setting = settingsOf<TrustpointSettings>();

export const useSettings = [
  setting('usage {ike | ssl-client | ssl-server}', 'What the certificate is for', {
    set: (record, args) => {
      const one = args.ike ? 'ike' : args.sslClient ? 'ssl-client' : 'ssl-server';
      const usage = trustpointUsages.filter((known) => known === one || record.usage?.includes(known) === true);
      return { ...record, usage };
    },
    unset: (record, args) => {
      const { usage = [], ...rest } = record;
      const gone = args.ike ? 'ike' : args.sslClient ? 'ssl-client' : args.sslServer ? 'ssl-server' : undefined;
      const left = gone === undefined ? [] : usage.filter((one) => one !== gone);
      return left.length === 0 ? rest : { ...rest, usage: left };
    },
    noSyntax: 'usage [ike | ssl-client | ssl-server]',
    print: ({ usage }) => usage?.map((one) => `usage ${one}`),
  }),
  setting('storage <device:word>', 'Where key pairs of its enrollment are kept', {
    set: ({ storage: _, ...record }, { device }) => ({ ...record, ...storageOf(device) }),
    unset: ({ storage: _, ...record }) => record,
    print: ({ storage }) => (storage === undefined ? undefined : `storage ${storage}:`),
  }),
  setting('source interface <name:line>', 'Interface whose address it asks from', {
    set: (record, { name }) => {
      const known = interfaceName(name);
      if (known === undefined) throw new CommandError(`% ${name} is not the name of an interface`);
      return { ...record, sourceInterface: known };
    },
    unset: ({ sourceInterface: _, ...record }) => record,
    print: ({ sourceInterface: name }) => (name === undefined ? undefined : `source interface ${name}`),
  }),
];
