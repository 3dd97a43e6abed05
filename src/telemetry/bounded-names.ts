/** What stands for every name that is not counted by itself. */
const other = 'other';

/** A number in a name may be a customer's: clients that write their documents anew for each of them do so. */
const numbered = /\d{4}/;

/**
 * Names that come from clients, as labels: the first `most` that are met, each as it is, and all others as `other`. So nobody can make
 * more series, or more spans to look for, than that.
 */
export function boundedNames(most: number): (name: string | undefined) => string | undefined {
  const known = new Set<string>();
  return (name) => {
    if (name === undefined || known.has(name)) return name;
    if (known.size >= most || name.length > 100 || numbered.test(name)) return other;
    known.add(name);
    return name;
  };
}
