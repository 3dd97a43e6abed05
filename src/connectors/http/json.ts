const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads JSON in UTF-8; undefined, which JSON cannot say, when it is none.
 * The parser's own error is dropped: it quotes the text, and the text is a customer's.
 */
export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    return undefined;
  }
}
