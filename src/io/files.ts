/** Files below one root folder (the NVRAM directory). Names are relative, `/` separated, and cannot leave the root. */
export interface Files {
  /** Whole content, or undefined when there is no such file. Rejects with `GatewayError` `file-unreadable`. */
  read(name: string): Promise<Buffer | undefined>;
  /**
   * Replaces the file as one step (temporary file, fsync, rename, fsync of the folder): at any instant, also after a
   * kill, the old or the new content is whole. Folders are made as needed. `mode` defaults to 0o600.
   */
  write(name: string, content: string | Buffer, mode?: number): Promise<void>;
  /** Removes a file, or a folder with all below it. Nothing there is no error. */
  remove(name: string): Promise<void>;
  /**
   * Names directly in a folder, sorted; empty when the folder does not exist. Folders end in `/`. Rejects with
   * `GatewayError` `file-unreadable`, also for what is no folder.
   */
  list(folder: string): Promise<readonly string[]>;
  /** Permission bits of a file or folder, or undefined when there is none; `.` is the root. */
  mode(name: string): Promise<number | undefined>;
}
