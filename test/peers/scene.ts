import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child, type ChildOptions } from './child.ts';

/** A folder of its own and the programs that play in it. Closing it ends them, last come first, and removes the folder. */
export class Scene {
  readonly folder = mkdtempSync(join(tmpdir(), 'dialpeer-peers-'));
  readonly #children: Child[] = [];

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, text: string): string {
    const path = this.path(name);
    writeFileSync(path, text);
    return path;
  }

  start(command: string, args: readonly string[], options: ChildOptions = {}): Child {
    const child = new Child(command, args, { cwd: this.folder, ...options });
    this.#children.push(child);
    return child;
  }

  async close(): Promise<void> {
    for (const child of this.#children.splice(0).reverse()) await child.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
