const lineEnd = 0x0a;

/** A line without its end. One that is longer than allowed is cut, and not complete. */
export interface Line {
  /** From 1. */
  readonly number: number;
  readonly bytes: Buffer;
  readonly complete: boolean;
}

/**
 * Splits a stream into lines, in memory that depends on the longest allowed line alone: the rest of a longer one is dropped.
 * Works on bytes, so that no chunk's border divides a character.
 */
export async function* splitLines(chunks: AsyncIterable<Buffer>, longest: number): AsyncGenerator<Line, void, undefined> {
  let number = 1;
  let held: Buffer[] = [];
  let length = 0;
  const take = (bytes: Buffer): void => {
    if (length < longest && bytes.length > 0) held.push(bytes.subarray(0, longest - length));
    length += bytes.length;
  };
  const finish = (): Line => {
    const [first, ...more] = held;
    const line = { number, bytes: first !== undefined && more.length === 0 ? first : Buffer.concat(held), complete: length <= longest };
    number += 1;
    held = [];
    length = 0;
    return line;
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(lineEnd); end !== -1; end = chunk.indexOf(lineEnd, from)) {
      take(chunk.subarray(from, end));
      yield finish();
      from = end + 1;
    }
    take(chunk.subarray(from));
  }
  if (length > 0) yield finish();
}
