/**
 * Parses JSON and refuses text in which an object names a member twice: two parsers could read two different tokens in
 * it. Throws a SyntaxError for both.
 */
export function parseUniqueJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  // The text is valid here, so outside its strings each member has one colon, and a repeated one has vanished from the value.
  const written = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '').split(':').length - 1;
  if (written !== countMembers(value)) throw new SyntaxError('an object names a member twice');
  return value;
}

function countMembers(root: unknown): number {
  let count = 0;
  // A stack of its own: nesting as deep as the text allows must not exhaust the call stack.
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (value === null || typeof value !== 'object') continue;
    const inner: readonly unknown[] = Object.values(value);
    if (!Array.isArray(value)) count += inner.length;
    for (const item of inner) open.push(item);
  }
  return count;
}
