/** Where values come from stands beside them; requests for access are about colleagues; who used her data she reads as `Customer.dataUses`. */
const untold: ReadonlySet<string> = new Set(['lineage', 'access', 'use']);

/** Whether a report tells data of a class, value by value. */
export function isTold(dataClass: string | undefined): boolean {
  return dataClass !== undefined && !untold.has(dataClass);
}
