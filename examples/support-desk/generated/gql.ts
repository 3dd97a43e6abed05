/* eslint-disable */
import * as types from './graphql.ts';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "query CustomerAtDesk($number: String!) {\n  customer(by: {number: $number}) {\n    id\n    ...Contact\n    billing {\n      currency\n      balance\n    }\n    ...OpenInvoices\n    completeness {\n      source {\n        key\n      }\n      status\n    }\n  }\n}\n\nfragment Contact on Customer {\n  number\n  since\n  email\n  phone\n  profile {\n    name\n    birthDate\n  }\n  segments\n}\n\nfragment OpenInvoices on Customer {\n  invoices(first: 3) {\n    edges {\n      node {\n        number\n        status\n        totalAmount\n        currency\n        dueDate\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}": typeof types.CustomerAtDeskDocument,
    "query InvoicesAfter($customer: ID!, $after: String) {\n  node(id: $customer) {\n    ... on Customer {\n      id\n      invoices(first: 3, after: $after) {\n        edges {\n          node {\n            number\n            totalAmount\n          }\n        }\n        pageInfo {\n          hasNextPage\n          endCursor\n        }\n      }\n    }\n  }\n}": typeof types.InvoicesAfterDocument,
};
const documents: Documents = {
    "query CustomerAtDesk($number: String!) {\n  customer(by: {number: $number}) {\n    id\n    ...Contact\n    billing {\n      currency\n      balance\n    }\n    ...OpenInvoices\n    completeness {\n      source {\n        key\n      }\n      status\n    }\n  }\n}\n\nfragment Contact on Customer {\n  number\n  since\n  email\n  phone\n  profile {\n    name\n    birthDate\n  }\n  segments\n}\n\nfragment OpenInvoices on Customer {\n  invoices(first: 3) {\n    edges {\n      node {\n        number\n        status\n        totalAmount\n        currency\n        dueDate\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}": types.CustomerAtDeskDocument,
    "query InvoicesAfter($customer: ID!, $after: String) {\n  node(id: $customer) {\n    ... on Customer {\n      id\n      invoices(first: 3, after: $after) {\n        edges {\n          node {\n            number\n            totalAmount\n          }\n        }\n        pageInfo {\n          hasNextPage\n          endCursor\n        }\n      }\n    }\n  }\n}": types.InvoicesAfterDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query CustomerAtDesk($number: String!) {\n  customer(by: {number: $number}) {\n    id\n    ...Contact\n    billing {\n      currency\n      balance\n    }\n    ...OpenInvoices\n    completeness {\n      source {\n        key\n      }\n      status\n    }\n  }\n}\n\nfragment Contact on Customer {\n  number\n  since\n  email\n  phone\n  profile {\n    name\n    birthDate\n  }\n  segments\n}\n\nfragment OpenInvoices on Customer {\n  invoices(first: 3) {\n    edges {\n      node {\n        number\n        status\n        totalAmount\n        currency\n        dueDate\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}"): (typeof documents)["query CustomerAtDesk($number: String!) {\n  customer(by: {number: $number}) {\n    id\n    ...Contact\n    billing {\n      currency\n      balance\n    }\n    ...OpenInvoices\n    completeness {\n      source {\n        key\n      }\n      status\n    }\n  }\n}\n\nfragment Contact on Customer {\n  number\n  since\n  email\n  phone\n  profile {\n    name\n    birthDate\n  }\n  segments\n}\n\nfragment OpenInvoices on Customer {\n  invoices(first: 3) {\n    edges {\n      node {\n        number\n        status\n        totalAmount\n        currency\n        dueDate\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query InvoicesAfter($customer: ID!, $after: String) {\n  node(id: $customer) {\n    ... on Customer {\n      id\n      invoices(first: 3, after: $after) {\n        edges {\n          node {\n            number\n            totalAmount\n          }\n        }\n        pageInfo {\n          hasNextPage\n          endCursor\n        }\n      }\n    }\n  }\n}"): (typeof documents)["query InvoicesAfter($customer: ID!, $after: String) {\n  node(id: $customer) {\n    ... on Customer {\n      id\n      invoices(first: 3, after: $after) {\n        edges {\n          node {\n            number\n            totalAmount\n          }\n        }\n        pageInfo {\n          hasNextPage\n          endCursor\n        }\n      }\n    }\n  }\n}"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;