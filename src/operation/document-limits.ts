import {
  GraphQLError, Kind, SchemaMetaFieldDef, TypeMetaFieldDef, visit, type ASTVisitor, type DocumentNode, type FieldNode, type FragmentDefinitionNode, type SelectionSetNode,
  type ValidationRule,
} from 'graphql';
import { exceeded } from '../selection/select.ts';
import type { OperationLimits } from './limits.ts';

type DocumentLimits = Pick<OperationLimits, 'rootFields' | 'aliases' | 'directives'>;

/**
 * What is counted of a document as it is written, once, when it is first met. Validation compares fields of one name with each other, and each
 * wrong directive makes an error: what there may be of them is told before.
 */
export function documentLimitsRule(limits: DocumentLimits): ValidationRule {
  return (context): ASTVisitor => {
    const document = context.getDocument();
    const error = tooMuchIn(document, limits);
    if (error !== undefined) {
      context.reportError(error);
      // Emptied, so that no other rule looks through it: that is what costs. Nobody else sees a document that was refused.
      Object.assign(document, { definitions: [] });
    }
    return {};
  };
}

function tooMuchIn(document: DocumentNode, limits: DocumentLimits): GraphQLError | undefined {
  const counted = countsOf(document);
  for (const name of ['rootFields', 'aliases', 'directives'] as const) {
    if (counted[name] > limits[name]) return refusal(name, counted[name], limits[name]);
  }
  return counted.introspectionAliases > 0 ? refusal('introspectionAliases', counted.introspectionAliases, 0) : undefined;
}

const words = {
  rootFields: 'root fields', aliases: 'fields under another name or more than once', directives: 'directives at one place',
  introspectionAliases: 'fields of the schema itself under another name',
} as const;

function refusal(name: keyof typeof words, got: number, allowed: number): GraphQLError {
  const { code, message, extensions } = exceeded(name, words[name], allowed, got);
  // By this Apollo tells kinds of failed validation apart; `formatError` makes it the code.
  return new GraphQLError(message, { extensions: { ...extensions, validationErrorCode: code } });
}

function countsOf(document: DocumentNode): Record<keyof typeof words, number> {
  const counts = { rootFields: 0, aliases: 0, directives: 0, introspectionAliases: 0 };
  const fragments = new Map(document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])));
  const place = ({ directives = [] }: { readonly directives?: readonly unknown[] | undefined }): void => void (counts.directives = Math.max(counts.directives, directives.length));
  visit(document, {
    SelectionSet: (node) => void (counts.aliases += againIn(node)),
    InlineFragment: place,
    FragmentSpread: place,
    VariableDefinition: place,
    OperationDefinition(node) {
      place(node);
      counts.rootFields = Math.max(counts.rootFields, fieldsIn(node.selectionSet, fragments, new Set()));
    },
    Field(node) {
      place(node);
      if (node.name.value === SchemaMetaFieldDef.name && node.alias !== undefined) counts.introspectionAliases += 1;
      if (node.name.value === SchemaMetaFieldDef.name || node.name.value === TypeMetaFieldDef.name) counts.introspectionAliases += aliasesBelow(node);
    },
    FragmentDefinition(node) {
      place(node);
      // Of introspection's own types, wherever it is spread.
      if (node.typeCondition.name.value.startsWith('__')) counts.introspectionAliases += aliasesBelow(node);
    },
  });
  return counts;
}

/** The fields of a selection, those of its fragments included, each fragment once. */
function fieldsIn({ selections }: SelectionSetNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>, met: Set<string>): number {
  let fields = 0;
  for (const one of selections) {
    if (one.kind === Kind.FIELD) fields += 1;
    else if (one.kind === Kind.INLINE_FRAGMENT) fields += fieldsIn(one.selectionSet, fragments, met);
    else if (!met.has(one.name.value)) {
      met.add(one.name.value);
      const fragment = fragments.get(one.name.value);
      if (fragment !== undefined) fields += fieldsIn(fragment.selectionSet, fragments, met);
    }
  }
  return fields;
}

/** How many fields of a selection have another name, or one that is there before. */
function againIn({ selections }: SelectionSetNode): number {
  const met = new Set<string>();
  let again = 0;
  for (const one of selections) {
    if (one.kind !== Kind.FIELD) continue;
    const name = one.alias?.value ?? one.name.value;
    if (one.alias !== undefined || met.has(name)) again += 1;
    met.add(name);
  }
  return again;
}

function aliasesBelow({ selectionSet }: Pick<FieldNode, 'selectionSet'>): number {
  let aliases = 0;
  if (selectionSet !== undefined) visit(selectionSet, { Field: ({ alias }) => void (aliases += alias === undefined ? 0 : 1) });
  return aliases;
}
