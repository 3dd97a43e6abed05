import { tokensIn, tokensOf } from './markers.ts';
import { valuesOf, type World } from './world.ts';

/** A marker where it should not be. */
export interface Finding {
  readonly marker: string;
  /** Whose it is and where it lies in its source. */
  readonly of: string;
  readonly where: string;
}

/** Every marker of the worlds so far. */
export interface Markers {
  add(world: World): void;
  readonly size: () => number;
  /** Whose a marker is and where it lies in its source. */
  placeOf(token: string): string;
  /** The markers of a text that are not among the allowed ones. */
  strange(text: string, where: string, allowed: ReadonlySet<string>): readonly Finding[];
}

/** Opens an empty book of markers. */
export function openMarkers(): Markers {
  const places = new Map<string, string>();
  return {
    add(world) {
      for (const { place, value } of valuesOf(world)) {
        for (const token of tokensOf(value)) if (!places.has(token)) places.set(token, `world ${String(world.index)}, ${place}`);
      }
    },
    size: () => places.size,
    placeOf: (token) => `${token} (${places.get(token) ?? 'nobody\'s'})`,
    strange: (text, where, allowed) => [...tokensIn(text)].flatMap((marker) => {
      const of = places.get(marker);
      return of === undefined || allowed.has(marker) ? [] : [{ marker, of, where }];
    }),
  };
}
