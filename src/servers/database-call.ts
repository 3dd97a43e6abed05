/** A statement or command that went to a database, as it ended. No value, no key and no word of the database's is in it. */
export interface DatabaseCall {
  /** As OpenTelemetry names it, such as `postgresql`. */
  readonly system: string;
  /** The database; undefined where there is no name. */
  readonly namespace: string | undefined;
  /** The table or collection, by its name in the deployment or the store; undefined where it concerns none. */
  readonly collection: string | undefined;
  /** Such as `SELECT` or `find`. */
  readonly operation: string;
  readonly server: { readonly address: string; readonly port: number } | undefined;
  readonly milliseconds: number;
  /** The database's own code; `timeout` where nobody waited any more; undefined where it answered. */
  readonly error: string | undefined;
}

/** Told of each call once, at its end. */
export type ObserveDatabase = (call: DatabaseCall) => void;
