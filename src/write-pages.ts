/** `npm run docs`: writes the documents that are made from the source. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandReference } from './commands/index.ts';
import { commandsPage, messagesPage } from './reference-pages.ts';

const write = (name: string, text: string): void => writeFileSync(join(import.meta.dirname, '../docs', name), text);
write('commands.md', commandsPage(commandReference().language));
write('messages.md', messagesPage());
