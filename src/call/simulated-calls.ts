import type { VoicePort, VoicePorts } from '../port/index.ts';
import { type Availability, isPortBusiedOut } from './availability.ts';
import type { Call } from './call.ts';
import type { CallAdmission } from './call-admission.ts';
import { causeText } from './cause.ts';
import { type DialPlan, mayTakeCalls } from './dial-plan.ts';
import type { LegWorld } from './leg-world.ts';
import { expand } from './number-expansion.ts';
import { compilePattern } from './pattern.ts';
import { CallerPotsLeg } from './pots-leg.ts';
import type { CallRecord, SimulatedCall } from './report.ts';
import type { CallOptions, CallSettings } from './service-settings.ts';
import { SimulatedCaller } from './simulated-caller.ts';
import { translateNumbers } from './translation.ts';

interface SimulationNeeds {
  readonly world: LegWorld;
  readonly settings: () => CallSettings;
  readonly options: CallOptions;
  readonly plan: Pick<DialPlan, 'inboundFromPort' | 'peerOfPort'>;
  readonly admission: Pick<CallAdmission, 'judge'>;
  readonly availability: Availability;
  isFull(): boolean;
  newCall(): Call;
}

/** The calls of `csim`: dialled as on a telephone. */
export class SimulatedCalls {
  readonly #needs: SimulationNeeds;
  readonly #ports: VoicePorts;
  readonly #finished = new Map<number, (record: CallRecord) => void>();

  constructor(needs: SimulationNeeds) {
    this.#needs = needs;
    this.#ports = needs.world.ports;
  }

  simulate(called: string, portName?: string): Promise<SimulatedCall> {
    const { settings, availability } = this.#needs;
    const none = { called, calling: '', answered: false };
    const port = portName === undefined ? undefined : this.#ports.get(portName);
    if (portName !== undefined && port === undefined)
      return Promise.resolve({ ...none, cause: 27, reason: `voice port ${portName} does not exist` });
    if (portName !== undefined && isPortBusiedOut(settings().voicePorts.get(portName), availability))
      return Promise.resolve({ ...none, cause: 27, reason: `voice port ${portName} is busied out` });
    if (this.#needs.isFull()) return Promise.resolve({ ...none, cause: 42, reason: causeText(42) });
    return new Promise((resolve) => this.#dial(called, port, resolve));
  }

  /** A call is over. */
  over(call: Call, record: CallRecord): void {
    const finished = this.#finished.get(call.id);
    this.#finished.delete(call.id);
    finished?.(record);
  }

  /** Dials as the telephone on `port` would, and tells when the call is over. */
  #dial(called: string, port: VoicePort | undefined, tell: (result: SimulatedCall) => void): void {
    const { world, plan, admission, options } = this.#needs;
    const { voiceClasses, voicePorts, dialPlan } = this.#needs.settings();
    const dialled = { called, calling: port === undefined ? '' : this.#numberOf(port.name) };
    const { calling } = dialled;
    // What the port makes of the numbers is what the peer is chosen by.
    const fromPort = port && voicePorts.get(port.name)?.translation.incoming;
    const translated = translateNumbers(voiceClasses, [fromPort], dialled);
    const asked = translated && { ...translated, called: expand(translated.called, dialPlan.expansions) };
    const peer = asked && port && plan.inboundFromPort(asked.called, asked.calling, port.name);
    const numbers = asked && translateNumbers(voiceClasses, [peer?.translation.incoming], asked);
    const failed = (cause: number, reason: string) => tell({ called, calling, answered: false, cause, reason });
    if (numbers === undefined || (peer !== undefined && !mayTakeCalls(peer))) return failed(21, causeText(21));
    if (port !== undefined && !port.free) return failed(34, `voice port ${port.name} is ${port.state}`);
    const tooMuch = admission.judge();
    if (tooMuch !== undefined) return failed(tooMuch.release.cause, tooMuch.reason);
    if (!world.use.enter(peer)) return failed(34, causeText(34));
    const call = this.#needs.newCall();
    const caller = new SimulatedCaller(world.clock, options);
    const leg = new CallerPotsLeg(world, call, peer, port, numbers.calling, numbers.called, caller);
    port?.dial(leg);
    this.#finished.set(call.id, ({ connectMs, cause }) => {
      const why = caller.gaveUp ? 19 : cause;
      tell({ called, calling, answered: connectMs !== undefined, cause: why, reason: causeText(why) });
    });
    caller.begin(leg);
    call.start(leg, undefined);
  }

  /** The number of the telephone on a port: what its POTS peer is called by. */
  #numberOf(port: string): string {
    const pattern = this.#needs.plan.peerOfPort(port)?.destinationPattern;
    return pattern === undefined ? '' : (compilePattern(pattern)?.lead ?? '');
  }
}
