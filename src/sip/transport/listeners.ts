import type { Address } from '../../io/index.ts';
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

/** The listeners there are. Brings them in line with what is configured, one change after the other. */
export class Listeners {
  readonly #listen: Listen;
  readonly #log: TransportLog;
  readonly #open = new Map<string, OpenListener & Pick<ListenerSettings, 'transport' | 'tenant'>>();
  #work: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(listen: Listen, log: TransportLog) {
    this.#listen = listen;
    this.#log = log;
  }

  /** Retires those no longer wanted, opens those missing; one that fails is logged and tried again next time. Never rejects. */
  apply(wanted: readonly ListenerSettings[]): Promise<void> {
    this.#work = this.#work.then(() => this.#bring(wanted));
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
    for (const listener of this.#open.values()) listener.close();
    this.#open.clear();
  }

  async #bring(wanted: readonly ListenerSettings[]): Promise<void> {
    const keys = new Set(wanted.map(keyOf));
    for (const [key, listener] of this.#open) {
      if (keys.has(key)) continue;
      this.#open.delete(key);
      listener.retire();
    }
    await Promise.all(wanted.filter((settings) => !this.#open.has(keyOf(settings))).map((s) => this.#start(s)));
  }

  async #start(settings: ListenerSettings): Promise<void> {
    if (this.#isClosed) return;
    try {
      const listener = await this.#listen(settings);
      if (this.#isClosed) listener.close();
      else
        this.#open.set(keyOf(settings), {
          transport: settings.transport,
          tenant: settings.tenant,
          local: listener.local,
          retire: () => listener.retire(),
          close: () => listener.close(),
        });
    } catch (error) {
      const { host, port } = settings.local;
      const reason = error instanceof Error ? error.message : String(error);
      this.#log('LISTEN_SOCKET', { host, port, transport: settings.transport.toUpperCase(), reason });
    }
  }
}

function keyOf(settings: ListenerSettings): string {
  const { transport, local, tenant, shared } = settings;
  // A TCP socket of every address need not know of those who share it.
  const how = shared && (transport === 'udp' || !isEveryAddress(local.host)) ? ' shared' : '';
  return `${transport} ${local.host} ${local.port} ${tenant}${how}`;
}
