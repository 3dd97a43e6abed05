import { Pool } from 'tarn';
import type { Lender } from './borrow.ts';
import { connectTimeout } from './dialect.ts';

/** What a pool needs to know of its connections. */
export interface Connections<Connection> {
  readonly most: number;
  open(): Promise<Connection>;
  /** Ends a connection and what it is doing. May be called twice. */
  end(connection: Connection): void;
  ended(connection: Connection): boolean;
}

/** A pool for drivers that bring none. A connection that cannot be opened fails the call that waits for it. */
export function openPool<Connection>({ most, open, end, ended }: Connections<Connection>): { readonly lender: Lender<Connection>; close(): Promise<void> } {
  const pool = new Pool<Connection>({
    min: 0,
    max: most,
    acquireTimeoutMillis: connectTimeout,
    propagateCreateError: true,
    create: open,
    destroy: end,
    validate: (connection) => !ended(connection),
  });
  return {
    lender: {
      acquire: () => pool.acquire().promise,
      release: (connection) => void pool.release(connection),
      destroy: (connection) => {
        end(connection);
        pool.release(connection);
      },
    },
    close: async () => void (await pool.destroy()),
  };
}
