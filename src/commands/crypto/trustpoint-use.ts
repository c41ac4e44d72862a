import { CommandError } from '../../cli/index.ts';
import { type TrustpointSettings, trustpointUsages } from '../../pki/index.ts';
import { settingsOf } from '../config-mode.ts';
import { interfaceName } from '../interface-name.ts';
import { storageOf } from './key.ts';

/** What a trustpoint's certificate is for, where its keys lie, and which address it asks from. */

const setting = settingsOf<TrustpointSettings>();

export const useSettings = [
  setting('usage [ike | ssl-client | ssl-server]...', 'What the certificate is for', {
    set: (record, { ike, sslClient, sslServer }) => {
      const named = { ike, 'ssl-client': sslClient, 'ssl-server': sslServer };
      const usage = trustpointUsages.filter((one) => named[one] === true);
      if (usage.length === 0) throw new CommandError('% Incomplete command.');
      return { ...record, usage };
    },
    unset: ({ usage: _, ...record }) => record,
    print: ({ usage }) => (usage === undefined ? undefined : `usage ${usage.join(' ')}`),
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
