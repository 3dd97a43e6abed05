declare const brand: unique symbol;
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/** The gateway's own id of a customer. It means nothing outside the gateway. */
export type CustomerId = Branded<string, 'CustomerId'>;
/** A key as a source writes it; numbers are kept as their decimal text. */
export type SourceKey = Branded<string, 'SourceKey'>;
/** The name of a source's file, without `.yaml`. */
export type SourceName = Branded<string, 'SourceName'>;
/** A field in the schema, as `Type.field`. */
export type Coordinate = `${string}.${string}`;

/** Marks text as a customer id; for what the store gave or what a caller sent as one. */
export const customerId = (text: string): CustomerId => text as CustomerId;
/** Marks text as a source's key. */
export const sourceKey = (text: string): SourceKey => text as SourceKey;
/** Marks text as a source's name. */
export const sourceName = (text: string): SourceName => text as SourceName;
/** The coordinate of a field. */
export const coordinate = (type: string, field: string): Coordinate => `${type}.${field}`;
