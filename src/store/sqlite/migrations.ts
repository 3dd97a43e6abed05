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
  // No foreign key of `merged_into`: an archive is restored in the order in which it was written.
  `ALTER TABLE customer ADD COLUMN merged_into TEXT;
   CREATE INDEX customer_merged_into ON customer (merged_into) WHERE merged_into IS NOT NULL;
   ALTER TABLE link ADD COLUMN from_namespace TEXT;
   ALTER TABLE link ADD COLUMN from_value TEXT;
   ALTER TABLE link ADD COLUMN evidence TEXT;
   ALTER TABLE link ADD COLUMN actor TEXT;
   CREATE TABLE unlinked (
     customer TEXT NOT NULL REFERENCES customer (id),
     source TEXT NOT NULL,
     reason TEXT NOT NULL,
     identifier TEXT,
     candidates TEXT NOT NULL,
     noted_at INTEGER NOT NULL,
     until INTEGER NOT NULL,
     PRIMARY KEY (customer, source)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX unlinked_noted ON unlinked (noted_at, customer, source);
   INSERT INTO unlinked SELECT customer, source, 'NO_MATCH', NULL, '[]', until, until FROM absence;
   DROP TABLE absence;
   CREATE TABLE bar (
     customer TEXT NOT NULL REFERENCES customer (id),
     namespace TEXT NOT NULL,
     value TEXT NOT NULL,
     PRIMARY KEY (customer, namespace, value)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE link_event (
     id TEXT PRIMARY KEY,
     at INTEGER NOT NULL,
     customer TEXT NOT NULL,
     other TEXT,
     entry TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX link_event_customer ON link_event (customer);
   CREATE INDEX link_event_other ON link_event (other) WHERE other IS NOT NULL;
   CREATE TABLE revocation (
     issuer TEXT NOT NULL,
     id TEXT NOT NULL,
     at INTEGER NOT NULL,
     actor TEXT NOT NULL,
     PRIMARY KEY (issuer, id)
   ) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE fact (
     id TEXT PRIMARY KEY,
     customer TEXT NOT NULL REFERENCES customer (id),
     at INTEGER NOT NULL,
     recorded_at INTEGER NOT NULL,
     entry TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX fact_customer ON fact (customer);`,
  // The trail of before, which had no chains, stays aside: nothing of it can be proven.
  `ALTER TABLE audit_intent RENAME TO audit_intent_before_chains;
   ALTER TABLE audit_outcome RENAME TO audit_outcome_before_chains;
   CREATE TABLE audit_entry (
     chain TEXT NOT NULL,
     seq INTEGER NOT NULL,
     kind TEXT NOT NULL,
     at INTEGER NOT NULL,
     purpose TEXT,
     key TEXT NOT NULL,
     previous TEXT NOT NULL,
     digest TEXT NOT NULL,
     mac TEXT NOT NULL,
     customers TEXT NOT NULL,
     entry TEXT,
     PRIMARY KEY (chain, seq)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX audit_entry_end ON audit_entry (kind, chain) WHERE kind IN ('opened', 'closed');
   CREATE TABLE audit_customer (
     customer TEXT NOT NULL,
     chain TEXT NOT NULL,
     seq INTEGER NOT NULL,
     PRIMARY KEY (customer, chain, seq)
   ) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE access (
     id TEXT PRIMARY KEY,
     request TEXT NOT NULL,
     issuer TEXT NOT NULL,
     subject TEXT NOT NULL,
     ends INTEGER NOT NULL,
     at INTEGER NOT NULL,
     entry TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX access_holder ON access (issuer, subject, ends);
   CREATE INDEX access_request ON access (request);`,
  `CREATE TABLE signing_key (
     issuer TEXT NOT NULL,
     id TEXT NOT NULL,
     public_key TEXT NOT NULL,
     proof TEXT NOT NULL,
     sealed TEXT,
     made_at INTEGER NOT NULL,
     made_by TEXT NOT NULL,
     last_expiry INTEGER,
     retired_at INTEGER,
     retired_by TEXT,
     withdrawn_at INTEGER,
     withdrawn_by TEXT,
     PRIMARY KEY (issuer, id)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE issued_token (
     issuer TEXT NOT NULL,
     id TEXT NOT NULL,
     entry TEXT NOT NULL,
     PRIMARY KEY (issuer, id)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE quota_use (
     issuer TEXT NOT NULL,
     holder TEXT NOT NULL,
     rule TEXT NOT NULL,
     period INTEGER NOT NULL,
     used INTEGER NOT NULL,
     PRIMARY KEY (issuer, holder, rule)
   ) STRICT, WITHOUT ROWID;`,
  // By time, so that the latest of what is told of a customer is found at once.
  `CREATE TABLE audit_customer_by_time (
     customer TEXT NOT NULL,
     at INTEGER NOT NULL,
     chain TEXT NOT NULL,
     seq INTEGER NOT NULL,
     PRIMARY KEY (customer, at, chain, seq)
   ) STRICT, WITHOUT ROWID;
   INSERT INTO audit_customer_by_time SELECT customer, at, chain, seq FROM audit_customer JOIN audit_entry USING (chain, seq);
   DROP TABLE audit_customer;
   ALTER TABLE audit_customer_by_time RENAME TO audit_customer;`,
  `CREATE TABLE erased (
     customer TEXT PRIMARY KEY,
     root TEXT NOT NULL,
     at INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX erased_root ON erased (root);
   CREATE INDEX unlinked_candidates ON unlinked (customer) WHERE candidates <> '[]';`,
  // What \`audit_customer\` does not list yet.
  `CREATE TABLE audit_unlisted (
     chain TEXT NOT NULL,
     seq INTEGER NOT NULL,
     PRIMARY KEY (chain, seq)
   ) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE trusted_document (
     audience TEXT NOT NULL,
     id TEXT NOT NULL,
     hash TEXT NOT NULL,
     text TEXT NOT NULL,
     published_at INTEGER NOT NULL,
     published_by TEXT NOT NULL,
     PRIMARY KEY (audience, id)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX trusted_document_hash ON trusted_document (audience, hash);`,
  // By number, in the order of writing: rows as long as these do not fit into the pages of a key, and each took a page of its own.
  `INSERT OR IGNORE INTO audit_customer (customer, at, chain, seq)
     SELECT value, e.at, chain, seq FROM audit_unlisted JOIN audit_entry e USING (chain, seq), json_each(e.customers);
   DROP TABLE audit_unlisted;
   DROP INDEX audit_entry_end;
   ALTER TABLE audit_entry RENAME TO audit_entry_by_key;
   CREATE TABLE audit_entry (
     number INTEGER PRIMARY KEY,
     chain TEXT NOT NULL,
     seq INTEGER NOT NULL,
     kind TEXT NOT NULL,
     at INTEGER NOT NULL,
     purpose TEXT,
     key TEXT NOT NULL,
     previous TEXT NOT NULL,
     digest TEXT NOT NULL,
     mac TEXT NOT NULL,
     customers TEXT NOT NULL,
     entry TEXT,
     UNIQUE (chain, seq)
   ) STRICT;
   INSERT INTO audit_entry (chain, seq, kind, at, purpose, key, previous, digest, mac, customers, entry)
     SELECT chain, seq, kind, at, purpose, key, previous, digest, mac, customers, entry FROM audit_entry_by_key;
   DROP TABLE audit_entry_by_key;
   CREATE INDEX audit_entry_end ON audit_entry (kind, chain) WHERE kind IN ('opened', 'closed');
   CREATE TABLE audit_listed (
     number INTEGER NOT NULL
   ) STRICT;
   INSERT INTO audit_listed SELECT coalesce(max(number), 0) FROM audit_entry;`,
  // By customer, since every request reads all links of somebody, and only few of them are looked for by name: they lie side by side now.
  `CREATE TABLE link_by_customer (
     namespace TEXT NOT NULL,
     value TEXT NOT NULL,
     customer TEXT NOT NULL REFERENCES customer (id),
     method TEXT NOT NULL,
     verified INTEGER NOT NULL,
     first_seen_at INTEGER NOT NULL,
     last_seen_at INTEGER NOT NULL,
     from_namespace TEXT,
     from_value TEXT,
     evidence TEXT,
     actor TEXT,
     PRIMARY KEY (customer, namespace),
     UNIQUE (namespace, value)
   ) STRICT, WITHOUT ROWID;
   INSERT INTO link_by_customer (namespace, value, customer, method, verified, first_seen_at, last_seen_at, from_namespace, from_value, evidence, actor)
     SELECT namespace, value, customer, method, verified, first_seen_at, last_seen_at, from_namespace, from_value, evidence, actor FROM link ORDER BY customer, namespace;
   DROP TABLE link;
   ALTER TABLE link_by_customer RENAME TO link;`,
];
