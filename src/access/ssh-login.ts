import type { AuthContext, KeyboardAuthContext, PublicKeyAuthContext } from 'ssh2';
import ssh2 from 'ssh2';
import type { SshDoor } from './ssh-settings.ts';

/** What a client's message proved. */
export type Proof =
  | 'right'
  | 'wrong'
  /** A question only: which ways there are, or whether a key would do. Answered already, or to be refused without a count. */
  | 'answered'
  | 'none';

export const methods: ('publickey' | 'keyboard-interactive' | 'password')[] = [
  'publickey',
  'keyboard-interactive',
  'password',
];

const longestUser = 64;

/** Looks at one authentication message (RFC 4252). Never rejects. */
export async function prove(context: AuthContext, door: SshDoor): Promise<Proof> {
  const { username } = context;
  if (username.length === 0 || username.length > longestUser) return 'wrong';
  switch (context.method) {
    case 'password':
      return judged(await door.password(username, context.password));
    case 'keyboard-interactive':
      return judged(await door.password(username, await askPassword(context)));
    case 'publickey':
      return proveKey(context, door);
    default:
      return 'none';
  }
}

function judged(right: boolean): Proof {
  return right ? 'right' : 'wrong';
}

function askPassword(context: KeyboardAuthContext): Promise<string> {
  return new Promise((resolve) => {
    context.prompt([{ prompt: 'Password: ', echo: false }], (answers) => {
      // An aborted dialog hands over an error in the place of the answers.
      resolve(Array.isArray(answers) ? (answers[0] ?? '') : '');
    });
  });
}

/** A key is first offered, then proved by a signature. RSA with SHA-1 is no proof any more (RFC 8332). */
function proveKey(context: PublicKeyAuthContext, door: SshDoor): Proof {
  const { key, signature, blob, hashAlgo } = context;
  if (!door.key(context.username, key.data)) return 'none';
  if (signature === undefined || blob === undefined) {
    context.accept();
    return 'answered';
  }
  if (key.algo === 'ssh-rsa' && hashAlgo === undefined) return 'wrong';
  const parsed = ssh2.utils.parseKey(`${key.algo} ${key.data.toString('base64')}`);
  if (parsed instanceof Error) return 'wrong';
  return judged(parsed.verify(blob, signature, hashAlgo) === true);
}
