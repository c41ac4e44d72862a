import type { Address, Clock, Timer } from '../../io/index.ts';
import { noTenant, type TransportName } from '../settings.ts';
import type { TransportLog } from './messages.ts';
import { isEveryAddress, type ListenerSettings } from './transport-settings.ts';

/** An open listener. */
export interface OpenListener {
  readonly local: Address;
  /** Takes nothing new; what calls are on it go on. */
  retire(): void;
  close(): void;
}

type Listen = (settings: ListenerSettings) => Promise<OpenListener>;

const firstRetryMs = 5000;
const lastRetryMs = 60_000;

/**
 * The listeners there are. Brings them in line with what is configured, one change after the other. Those that cannot be opened are
 * tried again, by themselves and with every change; what is wrong is told when it begins, when it becomes something else, and when it ends.
 */
export class Listeners {
  readonly #listen: Listen;
  readonly #clock: Clock;
  readonly #log: TransportLog;
  readonly #open = new Map<string, OpenListener & Pick<ListenerSettings, 'transport' | 'tenant'>>();
  /** Why those that are wanted and not open are not. */
  readonly #faults = new Map<string, string>();
  #wanted: readonly ListenerSettings[] = [];
  #retry: Timer | undefined;
  #retryMs = firstRetryMs;
  #work: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(listen: Listen, clock: Clock, log: TransportLog) {
    this.#listen = listen;
    this.#clock = clock;
    this.#log = log;
  }

  /** Retires those no longer wanted, opens those missing. Never rejects. */
  apply(wanted: readonly ListenerSettings[]): Promise<void> {
    this.#wanted = wanted;
    this.#work = this.#work.then(() => this.#bring());
    return this.#work;
  }

  of(transport: TransportName): readonly Pick<ListenerSettings, 'local' | 'tenant'>[] {
    return [...this.#open.values()].filter((l) => l.transport === transport);
  }

  /** Where a tenant is reached: at its own listener, else at the common one, else at whichever there is. */
  addressOf(transport: TransportName, tenant: number): Address | undefined {
    const all = this.of(transport);
    const own = all.find((one) => one.tenant === tenant) ?? all.find((one) => one.tenant === noTenant);
    return (own ?? all[0])?.local;
  }

  close(): void {
    this.#isClosed = true;
    this.#retry?.cancel();
    for (const listener of this.#open.values()) listener.close();
    this.#open.clear();
  }

  async #bring(): Promise<void> {
    const wanted = this.#wanted;
    const keys = new Set(wanted.map(keyOf));
    for (const key of this.#faults.keys()) if (!keys.has(key)) this.#faults.delete(key);
    for (const [key, listener] of this.#open) {
      if (keys.has(key)) continue;
      this.#open.delete(key);
      listener.retire();
    }
    await Promise.all(wanted.filter((settings) => !this.#open.has(keyOf(settings))).map((s) => this.#start(s)));
    this.#tryLater();
  }

  #tryLater(): void {
    if (this.#faults.size === 0) {
      this.#retry?.cancel();
      this.#retry = undefined;
      this.#retryMs = firstRetryMs;
    } else if (this.#retry === undefined && !this.#isClosed) {
      this.#retry = this.#clock.after(this.#retryMs, () => {
        this.#retry = undefined;
        void this.apply(this.#wanted);
      });
      this.#retryMs = Math.min(2 * this.#retryMs, lastRetryMs);
    }
  }

  async #start(settings: ListenerSettings): Promise<void> {
    if (this.#isClosed) return;
    try {
      const listener = await this.#listen(settings);
      if (this.#isClosed) return listener.close();
      this.#open.set(keyOf(settings), {
        transport: settings.transport,
        tenant: settings.tenant,
        local: listener.local,
        retire: () => listener.retire(),
        close: () => listener.close(),
      });
      if (this.#faults.delete(keyOf(settings))) this.#log('LISTEN_SOCKET_OPEN', placeOf(settings));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (this.#faults.get(keyOf(settings)) === reason) return;
      this.#faults.set(keyOf(settings), reason);
      this.#log('LISTEN_SOCKET', { ...placeOf(settings), reason });
    }
  }
}

function placeOf({ local: { host, port }, transport }: ListenerSettings) {
  return { host, port, transport: transport.toUpperCase() };
}

function keyOf(settings: ListenerSettings): string {
  const { transport, local, tenant, shared } = settings;
  // A TCP socket of every address need not know of those who share it.
  const how = shared && (transport === 'udp' || !isEveryAddress(local.host)) ? ' shared' : '';
  return `${transport} ${local.host} ${local.port} ${tenant}${how}`;
}
