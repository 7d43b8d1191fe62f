import type { Clock, Config } from '@weir/kit';
import type { Screen } from '@weir/rooms';
import { Flood, type MachineEvidence } from '@weir/text';
import type { TextScreen } from '../../screen.ts';
import type { RoomTalk } from '../../wire.ts';
import { readFloods } from './floodPolicy.ts';
import { floodsStep } from './floods.ts';
import { AcrossMessages, lexiconStep } from './lexicon.ts';
import { mutesStep } from './mutes.ts';
import { pipeline } from './pipeline.ts';
import { wordsStep } from './words.ts';

type Options = {
  screen: TextScreen;
  config: Config;
  clock: Clock;
  /** What was set for the talk of a room. */
  talkOf: (room: string) => RoomTalk | undefined;
  /** What makes a flood machine; the provider's policy where it is not given. */
  machine?: MachineEvidence;
};

/** The screen before every message gate of an edge: mutes → floods → lexicon → words of the room → over messages. */
export class Screening {
  readonly screen: Screen;
  readonly #flood: Flood;
  readonly #across: AcrossMessages;
  readonly #clock: Clock;

  constructor({ screen, config, clock, talkOf, machine = readFloods().machine }: Options) {
    this.#clock = clock;
    const paced = config.limitMessageRate > 0;
    this.#flood = new Flood({
      person: paced ? config.limitFloodPerson : 0,
      address: config.limitFloodAddress,
      room: config.limitFloodRoom,
      alike: paced ? config.limitFloodAlike : 0,
      alikeRooms: paced ? config.limitFloodAlikeRooms : 0,
      newcomers: config.limitFloodNewcomers,
      machine: paced ? machine : undefined,
    });
    this.#across = new AcrossMessages(screen, clock);
    this.screen = pipeline([
      mutesStep(clock, talkOf),
      floodsStep(this.#flood, clock),
      lexiconStep(screen),
      wordsStep(clock, talkOf),
      this.#across.step,
    ]);
  }

  /** A message is recalled: it takes part in nothing any more. */
  forget(room: string, id: string): void {
    this.#across.forget(room, id);
  }

  /** What is left of a person's rate in all rooms, before they are slowed down. */
  allowance(person: string): { left: number; renewMs: number } | undefined {
    return this.#flood.allowance(person, this.#clock.mono());
  }

  /** What was said in a room has reached its term. */
  clear(room: string): void {
    this.#across.clear(room);
  }

  /** Lifts what a flood brought upon a person. */
  unmute(person: string): void {
    this.#flood.lift(person);
  }
}
