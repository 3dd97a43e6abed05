/** A stream of chance that is the same every time: what is drawn depends on the seed and the order of drawing alone. */
export interface Draw {
  /** A number from 0 to just below 1. */
  unit(): number;
  /** A whole number between two, both included. */
  between(low: number, high: number): number;
  /** True in this part of all cases. */
  chance(part: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  /** Fills a template: `#` becomes a digit, `@` a capital letter, `*` a letter or digit of either case. */
  fill(template: string): string;
}

const alphabets = new Map([
  ['#', '0123456789'],
  ['@', 'ABDEFGHJLNPQRSTUWXYZ'],
  ['*', '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'],
]);

/** The stream of one topic of one numbered thing; streams of different topics do not disturb each other. */
export function drawFor(topic: string, ...numbers: readonly number[]): Draw {
  return new Stream(seedOf(topic, numbers));
}

// A class, since a hundred thousand streams are made at start: closures for each would cost more than the drawing.
class Stream implements Draw {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  // Mulberry32: 32 bits of state, well mixed, and far cheaper than a digest.
  unit(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  between(low: number, high: number): number {
    return low + Math.floor(this.unit() * (high - low + 1));
  }

  chance(part: number): boolean {
    return this.unit() < part;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.between(0, items.length - 1)] as Item;
  }

  fill(template: string): string {
    let text = '';
    for (const mark of template) {
      const letters = alphabets.get(mark);
      text += letters === undefined ? mark : letters.charAt(this.between(0, letters.length - 1));
    }
    return text;
  }
}

function seedOf(topic: string, numbers: readonly number[]): number {
  let seed = 0x811c9dc5;
  for (let at = 0; at < topic.length; at += 1) seed = Math.imul(seed ^ topic.charCodeAt(at), 0x01000193);
  for (const number of numbers) seed = Math.imul(seed ^ (seed >>> 13) ^ Math.imul(number + 1, 0x9e3779b1), 0x85ebca6b);
  return seed;
}
