/** Fills a text up to whole blocks, so that what is sealed tells no more of its length: the text, a byte that ends it, zeros. */
export function pad(text: string, block: number): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([bytes, Buffer.from([1])], Math.ceil((bytes.length + 1) / block) * block);
}

/** The text that `pad` filled up. It is for what has been authenticated: of anything else it gives some text. */
export function unpad(padded: Buffer): string {
  return padded.subarray(0, padded.lastIndexOf(1)).toString('utf8');
}
