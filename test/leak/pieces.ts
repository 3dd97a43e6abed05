import type { GraphQLSchema } from 'graphql';

/** An argument's value, and how the document writes it: as a literal, or as a variable. */
export interface Argument {
  readonly value: unknown;
  readonly text: string;
}

/** A piece of a selection. `included` is what its directives come to. */
export type Piece = Selected | Inline | Spread;

interface Condition {
  readonly included: boolean;
  /** As they are written, with a space before. */
  readonly directives: string;
}

export interface Selected extends Condition {
  readonly kind: 'field';
  readonly name: string;
  readonly alias: string | undefined;
  readonly arguments: Readonly<Record<string, Argument>>;
  readonly below: readonly Piece[] | undefined;
}

export interface Inline extends Condition {
  readonly kind: 'on';
  readonly type: string | undefined;
  readonly below: readonly Piece[];
}

export interface Spread extends Condition {
  readonly kind: 'spread';
  readonly fragment: Fragment;
}

export interface Fragment {
  readonly name: string;
  readonly type: string;
  readonly below: readonly Piece[];
}

/** The fields that a selection asks of an object of the type, whatever wraps them. Fields of one name may be there several times. */
export function fieldsOf(schema: GraphQLSchema, type: string, pieces: readonly Piece[]): readonly Selected[] {
  const fits = (named: string | undefined): boolean => {
    if (named === undefined || named === type) return true;
    const [abstract, object] = [schema.getType(named), schema.getType(type)];
    return abstract !== undefined && object !== undefined && 'getInterfaces' in object && object.getInterfaces().some((one) => one.name === abstract.name);
  };
  return pieces.flatMap((piece): readonly Selected[] => {
    if (!piece.included) return [];
    switch (piece.kind) {
      case 'field': return [piece];
      case 'on': return fits(piece.type) ? fieldsOf(schema, type, piece.below) : [];
      case 'spread': return fits(piece.fragment.type) ? fieldsOf(schema, type, piece.fragment.below) : [];
    }
  });
}

/** A value as a literal. Enum values are told by their type's name. */
export function inlineText(value: unknown, type: string): string {
  if (Array.isArray(value)) return `[${value.map((item) => inlineText(item, type)).join(', ')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).map(([name, inner]) => {
    const isEnum = type === 'CustomerOrder';
    return `${name}: ${isEnum ? String(inner) : inlineText(inner, '')}`;
  });
  return `{ ${members.join(', ')} }`;
}

/** A document as text. */
export function textOf({ roots, fragments, variables }: {
  readonly roots: readonly Piece[];
  readonly fragments: readonly Fragment[];
  readonly variables: ReadonlyMap<string, { readonly type: string }>;
}): string {
  const declared = variables.size === 0 ? '' : ` (${[...variables].map(([name, { type }]) => `$${name}: ${type}`).join(', ')})`;
  return [`query${declared} ${selectionText(roots)}`, ...fragments.map(({ name, type, below }) => `fragment ${name} on ${type} ${selectionText(below)}`)].join('\n');
}

function selectionText(pieces: readonly Piece[]): string {
  return `{ ${pieces.map(pieceText).join(' ')} }`;
}

function pieceText(piece: Piece): string {
  switch (piece.kind) {
    case 'field': {
      const given = Object.entries(piece.arguments).map(([name, { text }]) => `${name}: ${text}`).join(', ');
      const alias = piece.alias === undefined ? '' : `${piece.alias}: `;
      return `${alias}${piece.name}${given === '' ? '' : `(${given})`}${piece.directives}${piece.below === undefined ? '' : ` ${selectionText(piece.below)}`}`;
    }
    case 'on': return `...${piece.type === undefined ? '' : ` on ${piece.type}`}${piece.directives} ${selectionText(piece.below)}`;
    case 'spread': return `...${piece.fragment.name}${piece.directives}`;
  }
}
