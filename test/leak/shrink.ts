import type { Draft } from './documents.ts';
import type { Fragment, Piece } from './pieces.ts';

/** The smallest document that `fails` still holds of, as far as leaving things out gets one in a limited number of attempts. */
export async function shrink(draft: Draft, fails: (draft: Draft) => Promise<boolean>, attempts = 300): Promise<Draft> {
  let [smallest, left] = [draft, attempts];
  for (let found = true; found && left > 0;) {
    found = false;
    for (const roots of smaller(smallest.roots)) {
      if ((left -= 1) < 0) break;
      const candidate = draftOf(roots, smallest);
      if (!await fails(candidate)) continue;
      [smallest, found] = [candidate, true];
      break;
    }
  }
  return smallest;
}

/** Selections with one thing less, never empty. */
function* smaller(pieces: readonly Piece[]): Generator<readonly Piece[]> {
  for (const [index, piece] of pieces.entries()) {
    const put = (...instead: readonly Piece[]): readonly Piece[] => [...pieces.slice(0, index), ...instead, ...pieces.slice(index + 1)];
    if (pieces.length > 1) yield put();
    const below = piece.kind === 'spread' ? piece.fragment.below : piece.below ?? [];
    if (piece.kind === 'spread') yield put({ kind: 'on', type: piece.fragment.type, included: piece.included, directives: piece.directives, below });
    if (piece.kind === 'on') yield put(...below);
    if (piece.directives !== '') yield put({ ...piece, included: true, directives: '' });
    if (piece.kind !== 'spread') for (const less of smaller(below)) yield put({ ...piece, below: less });
  }
}

/** Only what is still used. */
function draftOf(roots: readonly Piece[], { variables }: Draft): Draft {
  const fragments = new Set<Fragment>();
  const used = new Set<string>();
  const note = (text: string): void => {
    for (const [, name = ''] of text.matchAll(/\$(\w+)/g)) used.add(name);
  };
  const visit = (pieces: readonly Piece[]): void => {
    for (const piece of pieces) {
      note(piece.directives);
      if (piece.kind === 'field') for (const { text } of Object.values(piece.arguments)) note(text);
      if (piece.kind !== 'spread') visit(piece.below ?? []);
      else if (!fragments.has(piece.fragment)) {
        fragments.add(piece.fragment);
        visit(piece.fragment.below);
      }
    }
  };
  visit(roots);
  return { roots, fragments: [...fragments], variables: new Map([...variables].filter(([name]) => used.has(name))) };
}
