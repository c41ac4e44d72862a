import type { Clock, Timer } from '../io/index.ts';
import type { PortReport, PortState } from './report.ts';
import type { VoicePortSettings } from './settings.ts';

type Event =
  | 'ring'
  | 'device answers'
  | 'ring timeout'
  | 'call over'
  | 'dial'
  | 'far end answered'
  | 'shutdown'
  | 'no shutdown';
type Action = 'start ringing' | 'stop ringing' | 'tell answered' | 'tell no answer' | 'tell hung up' | 'forget user';

interface Row {
  readonly to: PortState;
  readonly do: readonly Action[];
}

/** An FXS port. `off-hook` is a call that is answered, on either side; `dialling` one that goes out and is not yet. */
export const fxs: Readonly<Record<PortState, Readonly<Partial<Record<Event, Row>>>>> = {
  shut: {
    'no shutdown': { to: 'on-hook', do: [] },
  },
  'on-hook': {
    ring: { to: 'ringing', do: ['start ringing'] },
    dial: { to: 'dialling', do: [] },
    shutdown: { to: 'shut', do: [] },
  },
  ringing: {
    'device answers': { to: 'off-hook', do: ['stop ringing', 'tell answered'] },
    'ring timeout': { to: 'on-hook', do: ['stop ringing', 'tell no answer', 'forget user'] },
    'call over': { to: 'on-hook', do: ['stop ringing', 'forget user'] },
    shutdown: { to: 'shut', do: ['stop ringing', 'tell hung up', 'forget user'] },
  },
  dialling: {
    'far end answered': { to: 'off-hook', do: [] },
    'call over': { to: 'on-hook', do: ['forget user'] },
    shutdown: { to: 'shut', do: ['tell hung up', 'forget user'] },
  },
  'off-hook': {
    'call over': { to: 'on-hook', do: ['forget user'] },
    shutdown: { to: 'shut', do: ['tell hung up', 'forget user'] },
  },
};

/** Who has a call on the port. After `portUnanswered` or `portHungUp` the port is free again and nothing more is told. */
export interface PortUser {
  portAnswered(): void;
  portUnanswered(): void;
  portHungUp(): void;
}

export interface PortOptions {
  /** How long `device answer` lets it ring. */
  readonly answerAfterMs: number;
  /** Where the port has no `timeouts ringing`. */
  readonly ringTimeoutMs: number;
}

export const portDefaults: PortOptions = { answerAfterMs: 1000, ringTimeoutMs: 180_000 };

/** One FXS port and what is plugged into it. */
export class VoicePort {
  readonly name: string;
  readonly #clock: Clock;
  readonly #options: PortOptions;
  #settings: VoicePortSettings;
  #state: PortState;
  #user: PortUser | undefined;
  #timer: Timer | undefined;
  #rung = 0;
  #dialled = 0;

  constructor(settings: VoicePortSettings, clock: Clock, options: PortOptions) {
    this.name = settings.name;
    this.#settings = settings;
    this.#clock = clock;
    this.#options = options;
    this.#state = settings.shutdown ? 'shut' : 'on-hook';
  }

  get state(): PortState {
    return this.#state;
  }

  /** Whether a new call could ring or be dialled here. A busy device has its receiver off all the time. */
  get free(): boolean {
    return this.#state === 'on-hook' && this.#settings.device !== 'busy';
  }

  /** Rings for a call. False when the port is in use or shut: the caller is busy. */
  ring(user: PortUser): boolean {
    if (!this.free) return false;
    this.#user = user;
    this.#rung++;
    this.#hear('ring');
    return true;
  }

  /** Takes the receiver off to dial. False when the port is in use or shut. */
  dial(user: PortUser): boolean {
    if (this.#state !== 'on-hook') return false;
    this.#user = user;
    this.#dialled++;
    this.#hear('dial');
    return true;
  }

  /** The number dialled here answered. */
  farEndAnswered(): void {
    this.#hear('far end answered');
  }

  /** The call of `user` ended elsewhere. Of no effect once the port is somebody else's. */
  release(user: PortUser): void {
    if (this.#user === user) this.#hear('call over');
  }

  /** A shut port drops its call; a new device takes effect with the next one. */
  configure(settings: VoicePortSettings): void {
    const wasShut = this.#settings.shutdown;
    this.#settings = settings;
    if (wasShut !== settings.shutdown) this.#hear(settings.shutdown ? 'shutdown' : 'no shutdown');
  }

  close(): void {
    this.#hear('shutdown');
  }

  report(): PortReport {
    const { description = '', shutdown, device } = this.#settings;
    const offHook = this.#state === 'off-hook' || this.#state === 'dialling' || device === 'busy';
    const inUse = this.#state !== 'on-hook' && this.#state !== 'shut';
    return {
      name: this.name,
      description,
      admin: shutdown ? 'down' : 'up',
      operational: shutdown ? 'down' : inUse ? 'up' : 'dorm',
      inStatus: offHook && !shutdown ? 'off-hook' : 'on-hook',
      outStatus: this.#state === 'ringing' ? 'ringing' : 'idle',
      state: this.#state,
      device,
      rung: this.#rung,
      dialled: this.#dialled,
    };
  }

  #hear(event: Event): void {
    const row = fxs[this.#state][event];
    if (row === undefined) return;
    this.#state = row.to;
    const user = this.#user;
    for (const action of row.do) this.#perform(action, user);
  }

  #perform(action: Action, user: PortUser | undefined): void {
    switch (action) {
      case 'start ringing':
        this.#startRinging();
        return;
      case 'stop ringing':
        this.#timer?.cancel();
        this.#timer = undefined;
        return;
      case 'forget user':
        if (this.#user === user) this.#user = undefined;
        return;
      case 'tell answered':
        user?.portAnswered();
        return;
      case 'tell no answer':
        user?.portUnanswered();
        return;
      case 'tell hung up':
        user?.portHungUp();
        return;
    }
  }

  #startRinging(): void {
    const answers = this.#settings.device === 'answer';
    const event = answers ? 'device answers' : 'ring timeout';
    const delay = answers ? this.#options.answerAfterMs : this.#ringsMs;
    if (delay !== Number.POSITIVE_INFINITY) this.#timer = this.#clock.after(delay, () => this.#hear(event));
  }

  get #ringsMs(): number {
    const { ringing } = this.#settings;
    if (ringing === 'infinity') return Number.POSITIVE_INFINITY;
    return ringing === undefined ? this.#options.ringTimeoutMs : ringing * 1000;
  }
}
