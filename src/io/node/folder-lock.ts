import { stat } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { makeFolder } from './make-folder.ts';

/** A folder is ours until it is released or the process ends, which the lock keeps from ending; or it is somebody else's. */
export type FolderLock =
  | { readonly isOurs: true; release(): void }
  | { readonly isOurs: false; readonly holder: string };

const answerMs = 1000;

/**
 * Two gateways on one folder would overwrite each other's keys, certificates and serial numbers. The folder is made when it is
 * missing; rejects when there can be none. The lock is a name of the host's own that dies with the process, however it ends: no
 * file is left behind by a kill. Hosts other than Linux have no such names, and so no lock; on Linux they belong to a network
 * namespace, so that containers with networks of their own do not see each other's.
 */
export async function lockFolder(path: string): Promise<FolderLock> {
  await makeFolder(path, 0o700);
  const { dev, ino } = await stat(`${path}/.`);
  if (process.platform !== 'linux') return { isOurs: true, release: () => undefined };
  const name = `\0dialpeer ${dev} ${ino}`;
  const server = await listens(name);
  if (server === undefined) return { isOurs: false, holder: await holderOf(name) };
  return { isOurs: true, release: () => void server.close() };
}

/** Whoever asks there is told who we are. Undefined: another process listens. */
function listens(name: string): Promise<Server | undefined> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.setTimeout(answerMs, () => socket.destroy());
    socket.end(String(process.pid));
  });
  return new Promise((resolve, reject) => {
    server.once('listening', () => resolve(server));
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(name);
  });
}

function holderOf(name: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(name);
    let said = '';
    const tell = (): void => {
      socket.destroy();
      resolve(/^\d{1,10}$/.test(said) ? `process ${said}` : 'another process');
    };
    socket.setEncoding('latin1').setTimeout(answerMs, tell);
    socket.on('data', (text: string) => {
      said = (said + text).slice(0, 16);
    });
    socket.on('end', tell);
    socket.on('error', tell);
  });
}
