/** The schema, step by step; the database's user_version counts the steps done. A step that was released is never changed. */
export const migrations: readonly string[] = [
  `CREATE TABLE customer (
     id TEXT PRIMARY KEY,
     created_at INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE link (
     namespace TEXT NOT NULL,
     value TEXT NOT NULL,
     customer TEXT NOT NULL REFERENCES customer (id),
     method TEXT NOT NULL,
     verified INTEGER NOT NULL,
     first_seen_at INTEGER NOT NULL,
     last_seen_at INTEGER NOT NULL,
     PRIMARY KEY (namespace, value),
     UNIQUE (customer, namespace)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE absence (
     customer TEXT NOT NULL REFERENCES customer (id),
     source TEXT NOT NULL,
     until INTEGER NOT NULL,
     PRIMARY KEY (customer, source)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE audit_intent (
     id TEXT PRIMARY KEY,
     at INTEGER NOT NULL,
     entry TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX audit_intent_at ON audit_intent (at);
   CREATE TABLE audit_outcome (
     intent TEXT PRIMARY KEY,
     at INTEGER NOT NULL,
     entry TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;`,
];
