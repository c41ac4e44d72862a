import { CommandError } from '../cli/index.ts';
import type { AuthenticationEntry, CredentialsEntry, SipPassword } from '../sip/settings.ts';
import { type Setting, settingsOf } from './config-mode.ts';
import { clearOfType7, hiddenPassword, type7 } from './secret.ts';

/** As IOS has it. */
const mostRealms = 5;
const shortestName = 4;
const shortestPassword = 4;

interface PasswordWords {
  readonly '6'?: true | undefined;
  readonly '7'?: true | undefined;
  readonly password: string;
}

/** A password as it was typed. Throws for what is none, or could not be read back. */
function passwordOf(words: PasswordWords): SipPassword {
  if (words['6']) return { sealed: words.password };
  const clear = words['7'] ? clearOfType7(words.password) : words.password;
  type7(clear);
  if (clear.length < shortestPassword) {
    throw new CommandError(`% The password has at least ${shortestPassword} characters`);
  }
  return { clear };
}

function printPassword(password: SipPassword): string {
  const [kind, text] = 'clear' in password ? hiddenPassword('0', password.clear) : hiddenPassword('6', password.sealed);
  return `${kind} ${text}`;
}

function checkedName(what: string, name: string): string {
  if (name.length >= shortestName) return name;
  throw new CommandError(`% The ${what} has at least ${shortestName} characters`);
}

/** A realm goes into a header between quotes. */
function checkedRealm(realm: string): string {
  if (realm.length <= 255 && /^[\x20-\x7e]+$/.test(realm) && !/["\\]/.test(realm)) return realm;
  throw new CommandError('% Invalid realm');
}

/**
 * One user at a time: another one takes the place of all its entries. The same realm, or none, replaces the password; up to
 * five realms stand beside the entry for all others.
 */
function withEntry(
  entries: readonly AuthenticationEntry[],
  entry: AuthenticationEntry,
): readonly AuthenticationEntry[] {
  const own = entries.filter(({ username }) => username === entry.username);
  const at = own.findIndex(({ realm }) => realm === entry.realm);
  if (at >= 0) return own.with(at, entry);
  const realms = own.filter(({ realm }) => realm !== undefined).length;
  if (entry.realm !== undefined && realms >= mostRealms)
    throw new CommandError(`% A user has at most ${mostRealms} realms`);
  return [...own, entry];
}

function printEntry({ username, password, realm, challenge }: AuthenticationEntry): string {
  const place = realm === undefined ? '' : ` realm ${realm}${challenge ? ' challenge' : ''}`;
  return `authentication username ${username} password ${printPassword(password)}${place}`;
}

/** Where a record has its `authentication` lines. */
interface Place<R> {
  read(record: R): readonly AuthenticationEntry[];
  write(record: R, entries: readonly AuthenticationEntry[]): R;
}

/** `authentication`: digest credentials of `sip-ua` or of a dial peer. */
export function authenticationSetting<R>({ read, write }: Place<R>): Setting<R> {
  return settingsOf<R>()(
    'authentication username <user:word> password [0 | 6 | 7] <password:word> [realm <realm:word> [challenge]]',
    'Digest credentials',
    {
      set: (record, args) => {
        const entry = {
          username: checkedName('username', args.user),
          password: passwordOf(args),
          ...(args.realm === undefined ? {} : { realm: checkedRealm(args.realm) }),
          challenge: args.challenge === true,
        };
        return write(record, withEntry(read(record), entry));
      },
      noSyntax:
        'authentication {all | username <user:word> [password [0 | 6 | 7] <password:word>] [realm <realm:word> [challenge]]}',
      unset: (record, args) => {
        const goes = ({ username, realm }: AuthenticationEntry): boolean =>
          args.user === undefined || (username === args.user && (args.realm === undefined || realm === args.realm));
        return write(
          record,
          read(record).filter((entry) => !goes(entry)),
        );
      },
      print: (record) => read(record).map(printEntry),
    },
  );
}

function withCredentials(entries: readonly CredentialsEntry[], entry: CredentialsEntry): readonly CredentialsEntry[] {
  const at = entries.findIndex(({ number, realm }) => number === entry.number && realm === entry.realm);
  return at < 0 ? [...entries, entry] : entries.with(at, entry);
}

function printCredentials({ number, username, password, realm }: CredentialsEntry): string {
  const line = number === undefined ? 'credentials' : `credentials number ${number}`;
  return `${line} username ${username} password ${printPassword(password)} realm ${realm}`;
}

/** `credentials`: numbers to register that no telephone port has, and what answers registrars. */
export function credentialsSetting<R extends { readonly credentials: readonly CredentialsEntry[] }>(): Setting<R> {
  return settingsOf<R>()(
    'credentials [number <number:word>] username <user:word> password [0 | 6 | 7] <password:word> realm <realm:word>',
    'Number and user to register',
    {
      set: (sip, args) => {
        const entry = {
          ...(args.number === undefined ? {} : { number: checkedName('number', args.number) }),
          username: checkedName('username', args.user),
          password: passwordOf(args),
          realm: checkedRealm(args.realm),
        };
        return { ...sip, credentials: withCredentials(sip.credentials, entry) };
      },
      noSyntax:
        'credentials [number <number:word>] username <user:word> [password [0 | 6 | 7] <password:word>] [realm <realm:word>]',
      unset: (sip, args) => ({
        ...sip,
        credentials: sip.credentials.filter(
          ({ number, username, realm }) =>
            number !== args.number || username !== args.user || (args.realm !== undefined && realm !== args.realm),
        ),
      }),
      print: ({ credentials }) => credentials.map(printCredentials),
    },
  );
}
