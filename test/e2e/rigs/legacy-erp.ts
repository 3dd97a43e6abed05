import pg from 'pg';

/** PostgreSQL with the legacy ERP, as its rig's `up.sh` and `seed.sh` leave it. */
export const erp = { url: `postgres://gateway_ro:gateway-ro-pw@127.0.0.1:${process.env['LEGACY_PORT'] ?? '18087'}/erp` };

/** What is missing of the legacy ERP; undefined when it answers. */
export async function erpNeeds(): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: erp.url, connectionTimeoutMillis: 5000 });
  try {
    await client.connect();
    if ((await client.query('select 1 from rechnung limit 1')).rowCount === 1) return undefined;
  } catch {
    // It is not there, or not seeded: said below.
  } finally {
    await client.end();
  }
  return 'the rig legacy-sql, up and seeded';
}
