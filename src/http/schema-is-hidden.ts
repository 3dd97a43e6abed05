import { GraphQLError, SchemaMetaFieldDef, TypeMetaFieldDef, type ASTVisitor, type ValidationContext } from 'graphql';

/** Refuses documents that ask for the schema, of whoever may not look at it. */
export function schemaIsHidden(context: ValidationContext): ASTVisitor {
  return {
    Field(node) {
      if (node.name.value !== SchemaMetaFieldDef.name && node.name.value !== TypeMetaFieldDef.name) return;
      context.reportError(new GraphQLError('The schema is not shown to you: __schema and __type cannot be asked for.', { nodes: [node] }));
    },
  };
}
