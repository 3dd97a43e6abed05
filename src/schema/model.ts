import type { GraphQLSchema } from 'graphql';
import type { Coordinate, SourceName } from '../ids.ts';

/**
 * The schema and all sources' mappings, compiled once. Everything the planner needs to know of a field is found by its
 * coordinate; nothing here changes while requests run.
 */
export interface Model {
  readonly schema: GraphQLSchema;
  /** The data class of every governed field, those that no source fills included. A field that is not here is structure and holds no data of its own. */
  readonly classes: ReadonlyMap<Coordinate, string>;
  /** The scalar of every governed field that holds single values or lists of them. */
  readonly scalars: ReadonlyMap<Coordinate, string>;
  /** Every data class that a policy may speak of. */
  readonly dataClasses: readonly string[];
  /** Fields whose values somebody or something concluded from others (`@inferred`). */
  readonly inferred: ReadonlySet<Coordinate>;
  /** Fields that hold an amount of money (`@money`). */
  readonly money: ReadonlySet<Coordinate>;
  /** Where a leaf's values come from, in the declared order of preference. */
  readonly values: ReadonlyMap<Coordinate, readonly ValueOrigin[]>;
  /** Where a connection's rows come from, in the declared order. */
  readonly rows: ReadonlyMap<Coordinate, readonly RowsOrigin[]>;
  /** Where the items of a plain list of objects come from; the items of all of them together are the list. */
  readonly items: ReadonlyMap<Coordinate, readonly ItemsOrigin[]>;
  /** By purpose, the sources that are the authority on consent for it; all of them must say that it is granted. */
  readonly consents: ReadonlyMap<string, readonly ConsentOrigin[]>;
  /** For an input field or enum value that searches, the fields it looks at. */
  readonly searches: ReadonlyMap<Coordinate, readonly Coordinate[]>;
  /** What a field costs; one that is not here costs nothing. */
  readonly costs: ReadonlyMap<Coordinate, FieldCost>;
}

/** What a field costs, before anything is asked for. */
export interface FieldCost {
  /** Once, whatever it gives. */
  readonly weight: number;
  /** For each object that it gives. */
  readonly item: number;
  /** How many these are taken to be where no argument says; 1 for a single one. */
  readonly size: number;
  /** The arguments that say how many there are at most. */
  readonly slicing: readonly string[];
  /** The lists within what it gives that are as long as that; none where its own is. */
  readonly sized: readonly string[];
}

/** Gives the raw value at a dotted path of the row, or of the item within it, that is being read. */
export type Reader = (path: string) => unknown;

/** What a conversion gives for a value that cannot be what the schema promises. The reason names no value. */
export class Malformed {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

export interface ValueOrigin {
  readonly source: SourceName;
  readonly entity: string;
  /** The paths that `read` looks at: what has to be asked of the source. */
  readonly paths: readonly string[];
  /** Read the next origin not only when this one has no value, but also when it failed. */
  readonly fallbackOnFailure: boolean;
  /** The value as the schema promises it, undefined where the row has none, or `Malformed`; a promise of it where an expression converts. */
  readonly read: (reader: Reader) => unknown;
}

/** Where a source says whether a customer consents; all of it lies in one entity. */
export interface ConsentOrigin {
  readonly source: SourceName;
  readonly entity: string;
  readonly status: ValueOrigin;
  readonly collectedAt: ValueOrigin | undefined;
  readonly expiresAt: ValueOrigin | undefined;
}

export interface RowsOrigin {
  readonly source: SourceName;
  readonly entity: string;
  /** The attribute of `find` whose value is the key of the parent. */
  readonly by: string;
}

/** A list of objects that lies in a row of its parent's entity. */
export type ItemsOrigin = EmbeddedItems | GatheredItem;

/** One item for each element of a list in the row; the item type's fields are mapped below `path`. */
export interface EmbeddedItems {
  readonly kind: 'embedded';
  readonly source: SourceName;
  readonly entity: string;
  readonly path: string;
}

/** One item made of single values of the row; absent when its first mapped value is. */
export interface GatheredItem {
  readonly kind: 'gathered';
  readonly source: SourceName;
  readonly entity: string;
  readonly type: string;
  /** By field name; the first is the one that decides whether there is an item. */
  readonly fields: ReadonlyMap<string, ValueOrigin>;
}
