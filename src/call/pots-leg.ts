import { codecNames } from '../media/index.ts';
import type { PortUser, VoicePort } from '../port/index.ts';
import type { Release } from './cause.ts';
import type { CalledLeg, CallerLeg, Leg, LegOwner } from './leg.ts';
import { LegTimes } from './leg-times.ts';
import type { LegWorld } from './leg-world.ts';
import type { LegReport } from './report.ts';
import type { PotsPeer } from './settings.ts';

const nothingCounted = { packets: 0, bytes: 0 } as const;

/** What a telephone port's legs do alike. */
abstract class PotsLeg implements Leg, PortUser {
  readonly id: number;
  readonly protocol = 'telephony';
  readonly audio = undefined;
  readonly negotiable = undefined;
  readonly peer: PotsPeer | undefined;
  readonly calling: string;
  readonly called: string;
  protected readonly port: VoicePort | undefined;
  protected owner: LegOwner;
  protected readonly times: LegTimes;
  protected alerted = false;
  readonly #world: LegWorld;
  #over = false;

  constructor(
    world: LegWorld,
    owner: LegOwner,
    peer: PotsPeer | undefined,
    port: VoicePort | undefined,
    calling: string,
    called: string,
  ) {
    this.#world = world;
    this.id = world.nextLeg();
    this.owner = owner;
    this.peer = peer;
    this.port = port;
    this.calling = calling;
    this.called = called;
    this.times = new LegTimes(world.clock);
  }

  handTo(owner: LegOwner): void {
    this.owner = owner;
  }

  portAnswered(): void {
    this.times.connect();
    this.owner.connected(this);
  }
  portUnanswered(): void {
    this.finish({ cause: 19 });
  }
  portHungUp(): void {
    this.finish({ cause: 16 });
  }

  release(_release: Release): void {
    if (this.#over) return;
    this.#over = true;
    this.#world.use.leave(this.peer);
    this.port?.release(this);
    this.released();
  }

  report(call: number, other: Leg | undefined): LegReport {
    const connectMs = this.times.connectMs;
    return {
      id: this.id,
      otherId: other?.id ?? 0,
      call,
      protocol: 'telephony',
      direction: this.direction,
      peer: this.peer?.tag ?? 0,
      calling: this.calling,
      called: this.called,
      state: connectMs !== undefined ? 'active' : this.alerted ? 'alerting' : 'connecting',
      setupAt: this.times.setupAt,
      connectMs,
      durationMs: this.times.durationMs,
      sent: nothingCounted,
      received: nothingCounted,
      codec: other?.audio?.codec,
      port: this.port?.name ?? '',
      ...this.details(),
    };
  }

  protected abstract readonly direction: LegReport['direction'];

  protected details(): Pick<LegReport, 'digits'> {
    return {};
  }

  protected released(): void {}

  protected finish(release: Release): void {
    if (this.#over) return;
    this.release(release);
    this.owner.ended(this, release);
  }
}

/** A call to a telephone: the port rings. */
export class CalledPotsLeg extends PotsLeg implements CalledLeg {
  protected readonly direction = 'Originate';
  readonly #digits: string;

  constructor(
    world: LegWorld,
    owner: LegOwner,
    peer: PotsPeer,
    port: VoicePort,
    calling: string,
    called: string,
    digits: string,
  ) {
    super(world, owner, peer, port, calling, called);
    this.#digits = digits;
  }

  begin(): void {
    if (this.port?.ring(this) !== true) return this.finish({ cause: 17 });
    this.alerted = true;
    this.owner.alerting(this, false);
  }

  protected override details(): Pick<LegReport, 'digits'> {
    return { digits: this.#digits };
  }
}

/** A call dialled on a telephone, or by `csim` from nowhere (`port` undefined). */
export class CallerPotsLeg extends PotsLeg implements CallerLeg {
  protected readonly direction = 'Answer';
  readonly codecs = codecNames;
  readonly hopsLeft = undefined;
  readonly requested = undefined;
  readonly redirecting = undefined;
  readonly #caller: Caller;

  constructor(
    world: LegWorld,
    owner: LegOwner,
    peer: PotsPeer | undefined,
    port: VoicePort | undefined,
    calling: string,
    called: string,
    caller: Caller,
  ) {
    super(world, owner, peer, port, calling, called);
    this.#caller = caller;
  }

  prepare(then: (failure: Release | undefined) => void): void {
    then(undefined);
  }

  choose(): void {}

  alert(): void {
    this.alerted = true;
  }

  connect(): void {
    this.times.connect();
    this.port?.farEndAnswered();
    this.#caller.answered();
  }

  /** The caller puts the receiver down. */
  hangUp(): void {
    this.finish({ cause: 16 });
  }

  protected override released(): void {
    this.#caller.over();
  }
}

/** Who dialled. */
export interface Caller {
  answered(): void;
  over(): void;
}
