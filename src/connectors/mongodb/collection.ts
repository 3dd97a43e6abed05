import type { Fail } from '../failure.ts';
import type { Ask } from './ask.ts';
import type { Questions } from './questions.ts';
import type { Entity } from './settings.ts';

/** One entity of an open source, with what asking for it takes. */
export interface Collection {
  readonly name: string;
  readonly entity: Entity;
  readonly questions: Questions;
  readonly ask: Ask;
  readonly fail: Fail;
  readonly clock: () => number;
}
