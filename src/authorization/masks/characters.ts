/**
 * Characters as a reader counts them (grapheme clusters, Unicode UAX #29): a letter with its accents is one, and so is a family
 * of emoji. Cut anywhere else, text would show parts of a character, or count marks as letters and show more than is meant.
 */
const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Marks of direction and other signs that nobody sees, but for the two that join characters. */
const unseen = /(?![\u200C\u200D])\p{Cf}/gu;

/** Text without what cannot be seen: it would be counted as hidden. */
export function seen(text: string): string {
  return text.replace(unseen, '');
}

/** The first characters, as many as there are up to `most`. However long the text is, no more of it is looked at. */
export function firstCharacters(text: string, most: number): readonly string[] {
  const found: string[] = [];
  for (const { segment } of segmenter.segment(text)) {
    if (found.length === most) break;
    found.push(segment);
  }
  return found;
}

/** The last characters, as many as there are up to `most`. However long the text is, no more of it is looked at. */
export function lastCharacters(text: string, most: number): readonly string[] {
  const segments = segmenter.segment(text);
  const found: string[] = [];
  let end = text.length;
  while (end > 0 && found.length < most) {
    const last = segments.containing(end - 1);
    if (last === undefined) break;
    found.unshift(last.segment);
    end = last.index;
  }
  return found;
}
