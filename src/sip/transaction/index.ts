/**
 * sip/transaction: the four transactions of RFC 3261 17 as tables, one clock-free driver for all of them, and the table
 * that finds them again.
 *
 * A `Transaction` hears events (`'1xx'`, `'request'`, `'timer B'` ...) with the time they happened at and answers with the
 * actions its owner must take (`'send request'`, `'pass up'` ...). It holds the last message to send again, never a socket.
 * `TransactionTable` matches messages to transactions and keeps every deadline in one queue, so that the owner needs one
 * real timer: set it to `nextDeadline`; when it fires, `while ((t = table.due(now))) act(t, table.tick(t, now))`.
 *
 * Parts: `machine` (form of a table, and the driver `TimedMachine`), `timers` (durations), `invite-client`,
 * `non-invite-client`, `invite-server`, `non-invite-server` (the tables), `transaction` (one of them at work),
 * `deadlines` (the queue), `match` and `cookie` (keys), `table`.
 * Who tells whom: the user agent asks the table for every message received and every timer fired, and executes what it
 * gets back. Nothing here calls back.
 *
 * **Standards:** RFC 3261 9.1, 9.2, 8.2.2.2, 17.1, 17.2; RFC 6026; RFC 4320 (no 408 from a non-INVITE server transaction).
 */
export { Deadlines, Timed } from './deadlines.ts';
export { type Machine, type Row, TimedMachine } from './machine.ts';
export { TransactionTable, type TransactionTableLimits } from './table.ts';
export { defaultTimers, type TimerStep, type TimerValues } from './timers.ts';
export {
  responseEvent,
  sendEvent,
  Transaction,
  type TransactionAction,
  type TransactionEvent,
  type TransactionKind,
  type TransactionState,
} from './transaction.ts';
