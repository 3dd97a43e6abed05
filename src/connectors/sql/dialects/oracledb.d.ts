/** What the gateway uses of the driver, which brings no types of its own. */
declare module 'oracledb' {
  export interface Connection {
    execute(sql: string, binds: readonly unknown[], options: ExecuteOptions): Promise<{ readonly rows?: readonly Readonly<Record<string, unknown>>[] }>;
    break(): Promise<void>;
    close(options?: { readonly drop: boolean }): Promise<void>;
  }
  export interface Pool {
    getConnection(): Promise<Connection>;
    close(drainTime: number): Promise<void>;
  }
  export interface ColumnType {
    readonly dbType: DbType;
    readonly precision?: number;
    readonly scale?: number;
  }
  export interface FetchAs {
    readonly type?: DbType;
    readonly converter?: (value: unknown) => unknown;
  }
  export interface ExecuteOptions {
    readonly outFormat?: number;
    readonly fetchTypeHandler?: (column: ColumnType) => FetchAs | undefined;
  }
  export interface PoolAttributes {
    readonly user: string;
    readonly password: string;
    readonly connectString: string;
    readonly poolMin: number;
    readonly poolMax: number;
    readonly queueTimeout: number;
    readonly walletContent?: string;
    readonly sessionCallback: (connection: Connection, tag: string, done: (error?: unknown) => void) => void;
  }
  export interface DbType {
    readonly num: number;
  }
  interface Driver {
    createPool(attributes: PoolAttributes): Promise<Pool>;
    readonly OUT_FORMAT_OBJECT: number;
    readonly BIND_IN: number;
    readonly STRING: DbType;
    readonly DB_TYPE_CHAR: DbType;
    readonly DB_TYPE_NUMBER: DbType;
    readonly DB_TYPE_DATE: DbType;
    readonly DB_TYPE_TIMESTAMP: DbType;
    readonly DB_TYPE_CLOB: DbType;
    readonly DB_TYPE_NCLOB: DbType;
    readonly DB_TYPE_BLOB: DbType;
    readonly BUFFER: DbType;
  }
  const driver: Driver;
  export { driver as default };
}
